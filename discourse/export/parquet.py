"""A plain copy of a run's tables: one Parquet file each."""

from __future__ import annotations

from pathlib import Path

from discourse.batch.names import TABLES
from discourse.export.files import own_folder, whole_file
from discourse.export.formats import Changes, Format, Outcome
from discourse.export.source import RunTables


def export(source: RunTables, destination: Path) -> Outcome:
    """Writes `articles.parquet`, `comments.parquet` and `spans.parquet` into a folder.

    Raises:
        UsageError: the folder holds something else, or cannot be written.
        UnreadableSource: a part of the run is missing or damaged.
    """
    import pyarrow.parquet as pq

    files, rows = [], {}
    with own_folder(destination, Format.PARQUET, source.run_id) as folder:
        for table in TABLES:
            path, rows[table] = folder / f"{table}.parquet", 0
            with (
                whole_file(path) as file,
                pq.ParquetWriter(file, source.schema(table), compression="zstd") as writer,
            ):
                for part in source.parts(table):
                    writer.write_table(part)
                    rows[table] += part.num_rows
            files.append(path)
    return Outcome(tuple(files), {table: Changes(count) for table, count in rows.items()})
