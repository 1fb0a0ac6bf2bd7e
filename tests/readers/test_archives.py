"""Folders, globs, archives, compression, standard input; and archives that mean harm."""

import bz2
import gzip
import io
import lzma
import sys
import tarfile
import zipfile

import pytest
import zstandard
from sources import Named, lines, load, tree

from discourse.readers import FlatPage, Intake, ReadOptions, stream
from discourse.readers.archives import is_safe
from discourse.schema import UnreadableSource

ROWS = lines(
    {"id": 1, "text": "hi", "article_id": "a"}, {"id": 2, "parent_id": 1, "text": "re", "article_id": "a"}
).encode()


def zipped(**files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def tarred(members):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for member, data in members:
            info = member if isinstance(member, tarfile.TarInfo) else tarfile.TarInfo(member)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


@pytest.mark.parametrize(
    "pack",
    [
        gzip.compress,
        bz2.compress,
        lzma.compress,
        zstandard.compress,
        lambda d: gzip.compress(gzip.compress(d)),
    ],
)
def test_compressed_sources(pack):
    (found,), _ = load(pack(ROWS), "rows.jsonl.packed")
    assert tree(found) == [("1", None, 1), ("2", "1", 2)]


def test_zstd_of_several_frames_and_gzip_of_several_members():
    half = ROWS.index(b"\n") + 1
    for pack in (zstandard.compress, gzip.compress):
        (found,), _ = load(pack(ROWS[:half]) + pack(ROWS[half:]))
        assert len(found.comments) == 2


def test_compressed_three_times_is_refused():
    with pytest.raises(UnreadableSource, match="compressed more than twice"):
        load(gzip.compress(gzip.compress(gzip.compress(ROWS))))


def test_cut_compression_keeps_what_came_before():
    rows = lines(*({"text": f"number {n} " + "x" * (n % 977)} for n in range(15_000))).encode()
    packed = gzip.compress(rows)
    (found,), intake = load(packed[: len(packed) * 3 // 4], "cut.gz")
    assert 100 < len(found.comments) < 15_000
    assert intake.rejected["could not be read"] == 1 and "break off" in intake.rejects[-1].excerpt


def test_zip_and_tar_archives_join_their_files():
    articles = b"article_id,title,text,url,published_at\na,Trams,Body,,\n"
    both = {"data/comments.jsonl": ROWS, "data/articles.csv": articles}
    for data in (zipped(**both), tarred(both.items())):
        (found,), _ = load(data, "all.archive")
        assert (found.article.title, len(found.comments)) == ("Trams", 2)


def test_pages_in_archives_are_called_by_their_place():
    found, _ = load(
        zipped(**{"a/index.txt": b"One headline here\n", "b/index.txt": b"Another headline here\n"}), "x.zip"
    )
    assert [page.page_id for page in found] == ["a/index", "b/index"]
    assert found[0].source == "x.zip/a/index.txt"


@pytest.mark.parametrize(
    "path", ["../evil.jsonl", "/etc/passwd.jsonl", "a/../../b.jsonl", "C:\\x.jsonl", "..\\x.jsonl"]
)
def test_paths_that_lead_out_are_rejected(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert not is_safe(path)
    for data in (zipped(**{path: ROWS, "ok.jsonl": ROWS}), tarred([(path, ROWS), ("ok.jsonl", ROWS)])):
        (found,), intake = load(data, "x.zip")
        assert len(found.comments) == 2
        assert intake.rejected == {"a path that leads out of the archive": 1}
    assert not list(tmp_path.rglob("*"))


def test_a_link_in_a_zip_is_rejected():
    link = zipfile.ZipInfo("link.jsonl")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(link, "/etc/passwd")
        archive.writestr("ok.jsonl", ROWS)
    (found,), intake = load(out.getvalue(), "x.zip")
    assert len(found.comments) == 2 and intake.rejected == {"a link inside an archive": 1}


def test_links_and_nested_archives_are_rejected():
    link = tarfile.TarInfo("link.jsonl")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    _, intake = load(tarred([(link, b""), ("ok.jsonl", ROWS), ("inner.zip", zipped(x=ROWS))]), "x.tgz")
    assert intake.rejected == {"a link inside an archive": 1, "an archive inside an archive": 1}


def test_bombs_are_refused(monkeypatch):
    monkeypatch.setattr("discourse.readers.unpack.MAX_FREE", 1 << 20)
    monkeypatch.setattr("discourse.readers.archives.MAX_FREE", 1 << 20)
    bomb = b'{"text": "a"}\n' + b" " * (8 << 20)
    for pack in (gzip.compress, zstandard.compress, lzma.compress):
        try:
            _, intake = load(pack(bomb))
            assert any("swells" in r.excerpt for r in intake.rejects)
        except UnreadableSource as error:
            assert "swells" in str(error)
    with pytest.raises(UnreadableSource, match="swells"):
        load(zipped(**{"bomb.jsonl": bomb}), "bomb.zip")


def test_damaged_archives():
    whole = zipped(**{"a.jsonl": ROWS})
    for data in (whole[:-30], whole[:40], b"PK\x03\x04" + b"\x00" * 50):
        with pytest.raises(UnreadableSource, match="damaged archive"):
            load(data, "x.zip")
    with pytest.raises(UnreadableSource, match="holds no file"):
        load(zipped(**{"picture.png": b"x"}), "x.zip")


def test_folders_leave_out_what_browsers_save_beside_a_page(tmp_path):
    for name in ("a.txt", "sub/b.txt", "page_files/script.txt", ".hidden.txt", "logo.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("A headline of a page\n")
    found, _ = load(tmp_path)
    assert [page.page_id for page in found] == ["a", "sub/b"]
    found, _ = list(stream(str(tmp_path / "*.txt"), ReadOptions(), Intake())), None
    assert [page.page_id for page in found] == ["a"]
    found = list(stream(str(tmp_path / "**" / "b.*"), ReadOptions(), Intake()))
    assert [page.page_id for page in found] == ["b"]


def test_one_bad_file_of_several_is_a_reject(tmp_path):
    (tmp_path / "a.txt").write_text("A headline of a page\n")
    (tmp_path / "b.txt").write_bytes(b"")
    (tmp_path / "c.xml").write_text('<?xml version="1.0"?><feed/>')
    found, intake = load(tmp_path)
    assert len(found) == 1 and intake.rejected == {"could not be read": 2}
    assert [r.line for r in intake.rejects] == [None, None] and "empty" in intake.rejects[0].excerpt


def test_missing_sources(tmp_path):
    for source, message in ((tmp_path, "this folder holds no file"), (tmp_path / "x", "no such file"), (tmp_path / "*.txt", "no file has such a name"), ("https://e.org/x", "pages are not fetched")):  # fmt: skip
        with pytest.raises(UnreadableSource, match=message):
            list(stream(str(source), ReadOptions(), Intake()))


def test_names_with_glob_characters_are_plain_names(tmp_path):
    path = tmp_path / "page [1].txt"
    path.write_text("A headline of a page\n")
    assert len(load(path)[0]) == 1


class Trickle(io.RawIOBase):
    """A pipe that gives a few bytes at a time."""

    def __init__(self, data):
        self.data = io.BytesIO(data)

    def readable(self):
        return True

    def readinto(self, buffer):
        part = self.data.read(min(3, len(buffer)))
        buffer[: len(part)] = part
        return len(part)


@pytest.mark.parametrize(
    "pack", [bytes, gzip.compress, zstandard.compress, lambda d: zipped(**{"x.jsonl": d})]
)
def test_standard_input_in_small_pieces(pack, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(Trickle(pack(ROWS)))))
    (found,) = stream("-", ReadOptions(), Intake())
    assert len(found.comments) == 2


def test_a_page_of_text_without_a_name():
    (page,), _ = load(Named(b"A headline of a page\n", ""))
    assert isinstance(page, FlatPage)


def test_files_of_one_name_and_several_kinds_are_called_apart(tmp_path):
    page = "<html><body><article><h1>Title here</h1><p>Some words of an article.</p></article></body></html>"
    (tmp_path / "sub").mkdir()
    (tmp_path / "a.txt").write_text("A headline of a page\n")
    (tmp_path / "a.text").write_text("Another headline of a page\n")
    for name in ("a.html", "sub/a.html"):
        (tmp_path / name).write_text(page)
    found, intake = load(tmp_path)
    names = [item.page_id if isinstance(item, FlatPage) else item.article.article_id for item in found]
    assert names == ["a", "a~2", "a~3", "sub/a"]
    assert intake.repairs["article ids made unique"] == 2
