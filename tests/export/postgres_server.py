"""A PostgreSQL server of our own for tests: in a folder of its own, on a socket, as an unprivileged user."""

import os
import pwd
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

MISSING = "PostgreSQL (Debian package postgresql)"


def programs():
    """The folder with initdb and pg_ctl; None where PostgreSQL is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: float(p.parts[-3]))
    if found:
        return found[-1].parent
    here = shutil.which("initdb")
    return Path(here).resolve().parent if here else None


@contextmanager
def running(bin_folder):
    """Starts a server; gives the function that makes a fresh database and tells its address."""
    owner = _owner()
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    if owner is not None:
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    options = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []} if owner else {}

    def call(*arguments):
        done = subprocess.run(
            list(map(str, arguments)),
            cwd=folder,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": str(folder)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            timeout=120,
            **options,
        )
        assert done.returncode == 0, done.stderr

    try:
        data = folder / "data"
        call(bin_folder / "initdb", "-D", data, "-U", "tester", "-A", "trust", "-E", "UTF8", "--no-sync")
        settings = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off"
        call(bin_folder / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", settings, "start")
        try:
            yield _maker(folder)
        finally:
            call(bin_folder / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _owner():
    """The user to run as: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    return names.get("postgres") or names["nobody"]


def _maker(folder):
    import psycopg

    numbers = iter(range(10**6))

    def make(encoding="UTF8"):
        name = f"test{next(numbers)}"
        with psycopg.connect(f"host={folder} user=tester dbname=postgres", autocommit=True) as db:
            db.execute(f"CREATE DATABASE {name} ENCODING '{encoding}' TEMPLATE template0 LOCALE 'C'")
        return f"postgresql://tester:secret@/{name}?host={folder}"

    return make
