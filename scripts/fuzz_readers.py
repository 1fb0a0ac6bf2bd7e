"""Fuzzes the readers, one family after the other, guided by the code that an input reaches.

python scripts/fuzz_readers.py [--family NAME ...] [--seconds 600] [--seed 1]

Inputs start from the fixtures of the tests and are changed at the level of their format (values put in
the wrong place, tags moved, cells split, members renamed, streams cut) as well as byte by byte. Each must
give right rows, counted rejects, or one clear line (`examine` in tests/readers/sources.py): no crash, no
hang beyond 30 seconds, no more than 2 GB, and as many records kept or rejected as were read; what was read
must come back from our own output as it was. An input that breaks a promise is left in
work/fuzz/FAMILY/. Needs atheris (https://github.com/google/atheris): `make fuzz` installs it.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import subprocess
import sys
import time
import traceback
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WORK = ROOT / "work" / "fuzz"
FAMILIES = ("html", "json", "ndjson", "tables", "xml", "parquet", "archives", "text")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--family", action="append", choices=FAMILIES, help="may be repeated; default: all")
    parser.add_argument("--seconds", type=int, default=600, help="for each family")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--child", choices=FAMILIES, help=argparse.SUPPRESS)
    parser.add_argument("--input", type=Path, help="one input that was left: run it and show what breaks")
    options = parser.parse_args()
    if options.child:
        child(options.child, options.seconds, options.seed, options.input)
        return
    failed = []
    for family in options.family or FAMILIES:
        call = [sys.executable, __file__, "--child", family, "--seed", str(options.seed)]
        call += ["--seconds", str(options.seconds)] + (
            ["--input", str(options.input)] if options.input else []
        )
        if not options.input:
            shutil.rmtree(WORK / family, ignore_errors=True)
        started = time.monotonic()
        done = subprocess.run(
            call, cwd=ROOT, capture_output=not options.input, text=True, errors="replace", check=False
        )
        spent = time.monotonic() - started
        runs = [line for line in (done.stderr or "").splitlines() if line.startswith("Done ")]
        print(
            f"{family:10}{spent:6.0f} s  " + (runs[-1] if runs else f"ended with {done.returncode}"),
            flush=True,
        )
        for found in sorted((WORK / family).glob("broken-*.txt")):
            failed.append(family)
            print(f"{found.with_suffix('.bin')}:\n{found.read_text()}", flush=True)
        if done.returncode:
            failed.append(family)
            print("\n".join(f"{done.stdout or ''}{done.stderr or ''}".splitlines()[-40:]), flush=True)
    sys.exit(f"broken: {', '.join(dict.fromkeys(failed))}" if failed else 0)


def child(family: str, seconds: int, seed: int, single: Path | None) -> None:
    """Fuzzes one family in this process; atheris ends it."""
    import atheris

    sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "readers"), str(ROOT / "scripts")]
    with atheris.instrument_imports(include=["discourse.readers"]):
        import fuzz_inputs
    recipe = fuzz_inputs.RECIPES[family]
    folder = WORK / family
    corpus = folder / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for number, content in enumerate(recipe.seeds()):
        (corpus / f"seed{number:03d}").write_bytes(content)
    flags = [
        f"-max_total_time={seconds}",
        "-timeout=30",
        "-rss_limit_mb=2048",
        f"-seed={seed}",
        "-max_len=20000",
    ]
    flags += [f"-artifact_prefix={folder}/", "-print_final_stats=0", "-verbosity=1", "-close_fd_mask=0"]
    where = [str(single)] if single else [str(corpus)]

    def change(data: bytes, limit: int, number: int) -> bytes:
        return recipe.change(data, limit, number, atheris.Mutate)

    broken: set[str] = set()

    def examine(data: bytes) -> None:
        """Goes on after an input that breaks a promise, so that one run finds several."""
        try:
            recipe.examine(data)
        except Exception as error:
            if single:
                raise
            frames = traceback.extract_tb(error.__traceback__)
            key = f"{type(error).__name__} {[(f.filename, f.lineno) for f in frames[-2:]]}"
            if key not in broken:
                broken.add(key)
                name = hashlib.sha256(key.encode()).hexdigest()[:8]
                (folder / f"broken-{name}.bin").write_bytes(data)
                (folder / f"broken-{name}.txt").write_text(traceback.format_exc()[-4000:], errors="replace")

    atheris.Setup([sys.argv[0], *flags, *where], examine, custom_mutator=change)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
