"""Load on a service that this script starts: throughput, latency, refusals, memory; and equality with a run.

    python scripts/load_serve.py [--seconds 60] [--clients 64] [--source FILE] [--threads N] [--workers N]
    python scripts/load_serve.py --compare 1000 [--source FILE]
    python scripts/load_serve.py --soak 60          (minutes; exit code 1 if memory grows or an answer is wrong)

Each client asks for TOXICITY of one text after the other, no text twice, of about 35 tokens. First as many
clients as asked for, then twice as many with so short a queue that it overflows. The batch rate is that of
`discourse score`'s toxicity tagger over the same texts in a process of its own with the same threads. Client
and service share the machine: what the client takes is told. Where other work disturbs the clock, the rates per
second of processor time still compare.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from benchmark import comments

ROOT = Path(__file__).resolve().parents[1]
PATH = "/v1alpha1/comments:analyze"


class Service:
    """`discourse serve` in a process of its own."""

    def __init__(self, threads: int | None, *options: str):
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        if threads:
            environment["OMP_NUM_THREADS"] = str(threads)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "discourse", "serve", "--port", "0", "--assume-english", *options],
            env=environment, stderr=subprocess.PIPE, encoding="utf-8",
        )  # fmt: skip
        self.port = 0
        for line in self.process.stderr:
            if found := re.search(r"serving on http://[^ ]*:(\d+)/", line):
                self.port = int(found[1])
                return
        raise SystemExit("the service did not start")

    def _family(self) -> dict[Path, str]:
        """The service and what it started, with their /proc/PID/status."""
        found = {}
        for status in Path("/proc").glob("[0-9]*/status"):
            try:
                text = status.read_text(encoding="utf-8")
            except OSError:
                continue
            parent = re.search(r"PPid:\s+(\d+)", text)[1]
            if str(self.process.pid) in (status.parent.name, parent):
                found[status.parent] = text
        return found

    def memory(self) -> float:
        """Resident memory, in MB."""
        sizes = (re.search(r"VmRSS:\s+(\d+)", text) for text in self._family().values())
        return sum(int(size[1]) for size in sizes if size) / 1024

    def cpu(self) -> float:
        """Seconds of processor time taken so far."""
        total = 0
        for folder in self._family():
            fields = (folder / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
            total += int(fields[11]) + int(fields[12])
        return total / os.sysconf("SC_CLK_TCK")

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=60)


def workers(count: int) -> tuple[str, ...]:
    """The option for so many processes that answer."""
    return ("--workers", str(count)) if count > 1 else ()


class Tally:
    """What clients met."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self.refused: list[float] = []
        self.wrong: list[str] = []

    def percentile(self, share: float) -> float:
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")


def request(text: str) -> bytes:
    """A request as bytes."""
    body = json.dumps(
        {"comment": {"text": text}, "languages": ["en"], "requestedAttributes": {"TOXICITY": {}}}
    )
    data = body.encode()
    return f"POST {PATH} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(data)}\r\n\r\n".encode() + data


async def client(port: int, texts, until: float, tally: Tally, expected: dict | None = None) -> None:
    """Asks one text after the other until the time is over; waits as told where it is refused."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while time.monotonic() < until:
        text = next(texts)
        started = time.perf_counter()
        writer.write(request(text))
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        length = int(re.search(r"content-length: (\d+)", head, re.I)[1])
        body = await reader.readexactly(length)
        taken = time.perf_counter() - started
        status = int(head.split(" ", 2)[1])
        if status == 200:
            tally.seconds.append(taken)
            value = json.loads(body)["attributeScores"]["TOXICITY"]["summaryScore"]["value"]
            if expected is not None and text in expected and abs(expected[text] - value) > 1e-4:
                tally.wrong.append(f"{value} instead of {expected[text]}: {text[:60]}")
        elif status == 429 and re.search(r"retry-after: [1-9]", head, re.I):
            tally.refused.append(taken)
            await asyncio.sleep(0.5)  # half as patient as it is told to be, to keep the load up
        else:
            tally.wrong.append(f"{status}: {body[:200]!r}")
    writer.close()


async def load(port: int, texts, clients: int, seconds: float, expected: dict | None = None) -> Tally:
    """So many clients for so long."""
    tally, until = Tally(), time.monotonic() + seconds
    await asyncio.gather(*(client(port, texts, until, tally, expected) for _ in range(clients)))
    return tally


def told(name: str, tally: Tally, seconds: float) -> float:
    """Prints what was met; gives the answers a second."""
    rate = len(tally.seconds) / seconds
    print(
        f"{name}: {rate:.1f} answers/s; p50 {1000 * tally.percentile(0.5):.0f} ms, "
        f"p99 {1000 * tally.percentile(0.99):.0f} ms, longest {1000 * tally.percentile(1):.0f} ms; "
        f"refused {len(tally.refused):,} of {len(tally.seconds) + len(tally.refused):,}; wrong {len(tally.wrong)}"
    )
    for line in tally.wrong[:5]:
        print("  wrong:", line)
    return rate


def batch_scores(texts: list[str], threads: int | None) -> tuple[float, float, list[float]]:
    """Texts a second and a core-second of the toxicity tagger in a process of its own, and their toxicity."""
    program = (
        "import json, sys, time\n"
        "from discourse.taggers.pipeline import Taggers\n"
        "from discourse.taggers.base import Reading\n"
        "texts = json.load(sys.stdin)\n"
        "tagger = next(t for t in Taggers.load().taggers if t.name == 'toxicity')\n"
        "tagger.predict([Reading('0', t) for t in texts[:64]])\n"
        "started, cpu = time.perf_counter(), time.process_time()\n"
        "found = tagger.predict([Reading(str(i), t) for i, t in enumerate(texts)])\n"
        "taken = [time.perf_counter() - started, time.process_time() - cpu]\n"
        "print(json.dumps([*taken, found.columns['toxicity']]))\n"
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    if threads:
        environment["OMP_NUM_THREADS"] = str(threads)
    done = subprocess.run(
        [sys.executable, "-c", program], input=json.dumps(texts), env=environment,
        capture_output=True, encoding="utf-8", check=True,
    )  # fmt: skip
    seconds, cpu, scores = json.loads(done.stdout)
    return len(texts) / seconds, len(texts) / cpu, scores


def compare(texts: list[str]) -> int:
    """Scores of the service against those of `discourse score` on the same texts."""
    import pandas as pd

    names = ("TOXICITY", "SEVERE_TOXICITY", "IDENTITY_ATTACK", "INSULT", "THREAT", "OBSCENE")
    with tempfile.TemporaryDirectory() as work:
        rows = [json.dumps({"id": str(i), "text": text}) for i, text in enumerate(texts)]
        (Path(work) / "texts.jsonl").write_text("\n".join(rows) + "\n", encoding="utf-8")
        command = [sys.executable, "-m", "discourse", "score", "texts.jsonl", "--out", "run", "--quiet"]
        subprocess.run(command, cwd=work, env=os.environ | {"PYTHONPATH": str(ROOT)}, check=True)
        run = pd.read_parquet(Path(work) / "run" / "comments").set_index("comment_id")
    service = Service(None)
    worst = asyncio.run(_differences(service.port, texts, names, run))
    service.stop()
    print(f"{len(texts):,} texts, {len(names)} scores each: largest difference {worst:.2g} (may be 1e-4)")
    return int(worst > 1e-4)


async def _differences(port: int, texts: list[str], names, run) -> float:
    numbered = iter(list(enumerate(texts)))
    worst = 0.0

    async def ask() -> None:
        nonlocal worst
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for i, text in numbered:
            body = json.dumps(
                {"comment": {"text": text}, "requestedAttributes": {n: {} for n in names}}
            ).encode()
            writer.write(
                f"POST {PATH} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n\r\n".encode()
                + body
            )
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            answer = json.loads(
                await reader.readexactly(int(re.search(r"content-length: (\d+)", head, re.I)[1]))
            )
            for name in names:
                value = answer["attributeScores"][name]["summaryScore"]["value"]
                worst = max(worst, abs(value - float(run.loc[str(i), name.lower()])))
        writer.close()

    await asyncio.gather(*(ask() for _ in range(16)))
    return worst


def soak(arguments: argparse.Namespace, texts: list[str]) -> int:
    """Load for as long as asked; memory must be flat after the first tenth, and all answers right."""
    known = texts[:2000]
    *_, scores = batch_scores(known, arguments.threads)
    expected = dict(zip(known, scores, strict=True))
    service = Service(arguments.threads, *workers(arguments.workers))
    draw, minutes = random.Random(0), arguments.soak
    step, sizes, wrong = max(5.0, minutes * 60 / 20), [], 0

    def endless():
        for n in itertools.count():
            yield draw.choice(known) if n % 4 == 0 else f"{draw.choice(texts)} {n}"

    stream = endless()
    started = time.monotonic()
    while time.monotonic() - started < minutes * 60:
        tally = asyncio.run(load(service.port, stream, arguments.clients, step, expected))
        told(f"{(time.monotonic() - started) / 60:6.1f} min, {service.memory():.0f} MB", tally, step)
        sizes.append(service.memory())
        wrong += len(tally.wrong)
    service.stop()
    base = max(sizes[: max(2, len(sizes) // 10)])
    grown = max(sizes) - base
    print(f"memory: {base:.0f} MB at first, {max(sizes):.0f} MB at most; wrong answers: {wrong}")
    return int(grown > 0.1 * base + 50 or wrong > 0)


def main() -> int:
    """Runs what was asked for; gives the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--source")
    parser.add_argument("--threads", type=int)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--wait", type=float, default=2.0, help="--longest-wait of the service")
    parser.add_argument("--batch", type=int, default=1000, help="texts of which the batch rate is measured")
    parser.add_argument("--compare", type=int, metavar="TEXTS")
    parser.add_argument("--soak", type=float, metavar="MINUTES")
    arguments = parser.parse_args()

    count = arguments.compare or 20_000
    texts = list(
        dict.fromkeys(
            comments(arguments.source, count if arguments.source is None else arguments.compare or 5000)
        )
    )
    if arguments.compare:
        return compare(texts)
    if arguments.soak:
        return soak(arguments, texts)

    rate, by_core, _ = batch_scores(texts[: arguments.batch], arguments.threads)
    print(f"batch: {rate:.1f} texts/s, {by_core:.1f} a core-second, of the toxicity tagger")
    wrong, stream = 0, (t if n < len(texts) else f"{t} {n}" for n, t in enumerate(itertools.cycle(texts)))
    for clients, wait in ((arguments.clients, arguments.wait), (2 * arguments.clients, arguments.wait / 8)):
        options = ("--longest-wait", str(wait), *workers(arguments.workers))
        service = Service(arguments.threads, *options)
        asyncio.run(load(service.port, stream, clients, 5))  # warm up
        own, taken = time.process_time(), service.cpu()
        tally = asyncio.run(load(service.port, stream, clients, arguments.seconds))
        own, taken = time.process_time() - own, service.cpu() - taken
        reached = told(f"{clients} clients, --longest-wait {wait:g}", tally, arguments.seconds)
        core = len(tally.seconds) / taken
        print(
            f"  {reached / rate:.0%} of the batch rate; {core:.1f} answers a core-second, {core / by_core:.0%} of it"
        )
        print(f"  {service.memory():.0f} MB; the client took {own / arguments.seconds:.0%} of a core")
        wrong += len(tally.wrong)
        service.stop()
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
