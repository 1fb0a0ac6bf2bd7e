"""Speed, side by side, in one run on the same comments: Detoxify's `original` shape and our taggers.

    python scripts/benchmark.py [--source FILE] [--comments 512] [--rounds 3] [--threads N] [--markdown]
    python scripts/benchmark.py --growth 1000,10000,100000 [--workers 2]

Each way of tagging runs in a process of its own, one after the other, in several rounds; the best
round counts, since other work on the machine can only slow one down. Comments per second are by the
clock; comments per core-second are by processor time, which other work on the machine disturbs less.
BERT-base gets random weights: its speed does not depend on them. With --growth, whole runs of
`discourse score` of those sizes (30 % duplicates) show how time and memory grow.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WAYS = {
    "detoxify": "Detoxify `original` shape, one text a call",
    "detoxify-list": "Detoxify `original` shape, lists of 32",
    "detoxify-ours": "Detoxify `original` shape, our batching",
    "toxicity-torch": "our toxicity, torch",
    "full-torch": "our full tagging, torch",
    "toxicity": "our toxicity, ONNX Runtime",
    "full": "our full tagging, ONNX Runtime",
}
WORDS = 28  # of a comment, about 35 tokens


def comments(source: str | None, count: int, seed: int = 0) -> list[str]:
    """Texts of about 35 tokens: those of a source, or stretches of the seed page."""
    if source:
        from discourse.api import stream

        texts = [c.text for d in stream(source) for c in d.comments if c.text.strip()]
        if len(texts) < count:
            raise SystemExit(f"{source}: holds {len(texts)} comments, fewer than {count}")
        return texts[:count]
    page = next((ROOT / "seeds").glob("004*.txt")).read_text(encoding="utf-8")
    draw, words, made = random.Random(seed), page.split(), []
    while len(made) < count:
        at, length = draw.randrange(len(words)), max(5, round(draw.gauss(WORDS, 12)))
        made.append(" ".join(words[at : at + length]))
    return made


def bert_base():
    """Detoxify's class around a BERT-base with random weights, and the tokenizer of our toxicity model."""
    import torch
    from detoxify import Detoxify
    from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

    torch.manual_seed(0)
    model = Detoxify.__new__(Detoxify)
    model.tokenizer = AutoTokenizer.from_pretrained(ROOT / "models" / "toxicity")
    model.model = BertForSequenceClassification(BertConfig(num_labels=6)).eval()
    model.class_names = ["toxicity", "severe_toxicity", "obscene", "threat", "insult", "identity_attack"]
    model.device = "cpu"
    return model


def make(way: str):
    """A function of a list of texts that tags them, and one that counts its encoders' multiply-adds."""
    from discourse.taggers.base import Reading

    if way.startswith("detoxify"):
        model = bert_base()
        weights = sum(p.numel() for name, p in model.model.named_parameters() if "embedding" not in name)

        def count(texts: list[str]) -> int:
            return weights * tokens_of(texts)

        if way == "detoxify":
            return lambda texts: [model.predict(text) for text in texts], count
        if way == "detoxify-list":
            return lambda texts: [model.predict(texts[i : i + 32]) for i in range(0, len(texts), 32)], count
        from discourse.taggers.toxicity import ToxicityTagger

        tagger = ToxicityTagger(model)
        return lambda texts: tagger.predict([Reading(str(i), t) for i, t in enumerate(texts)]), count
    from discourse.taggers.pipeline import Taggers

    backend = "torch" if way.endswith("-torch") else "onnx"
    taggers = {tagger.name: tagger for tagger in Taggers.load(backend=backend).taggers}
    chosen = [taggers["toxicity"]] if way.startswith("toxicity") else list(taggers.values())

    def read(texts: list[str]) -> list[Reading]:
        return [
            Reading(str(i), text, (texts[i - 1],) if i % 3 else (), "Cars should be banned from cities")
            for i, text in enumerate(texts)
        ]

    def tag(texts: list[str]) -> None:
        readings = read(texts)
        for tagger in chosen:
            tagger.predict(readings)

    def count_ours(texts: list[str]) -> int:
        total = taggers["toxicity"].sequences.network.weights * tokens_of(texts)
        if way.startswith("full"):
            from discourse.taggers.stance import article_input, parent_input

            pairs = [article_input(r.target, r.parent, r.text) for r in read(texts)]
            pairs += [parent_input(r.parent, r.text) for r in read(texts) if r.parent]
            total += taggers["stance"].model.network.weights * tokens_of(pairs)
        return total

    return tag, count_ours


def tokens_of(texts: list) -> int:
    """The tokens of texts or pairs of texts."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(ROOT / "models" / "toxicity" / "tokenizer.json"))
    tokenizer.no_truncation()
    return sum(len(encoding.ids) for encoding in tokenizer.encode_batch(texts))


def measure(way: str, texts: list[str], threads: int) -> dict:
    """One round: wall and processor seconds, tokens, operations of the encoders, peak memory."""
    from discourse.nn.threads import use_threads

    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    use_threads(threads)
    tag, count = make(way)
    use_threads(threads)  # torch, where it came with the model
    tag(texts[:16])  # allocations and lazy set-up are not what is measured
    wall, cpu = time.perf_counter(), time.process_time()
    tag(texts)
    return {
        "way": way,
        "wall": time.perf_counter() - wall,
        "cpu": time.process_time() - cpu,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        "tokens": tokens_of(texts),
        "flop": 2 * count(texts),
    }


def peak_flops(threads: int) -> float:
    """Floating-point operations a second of a large matrix product: what the machine gives at best."""
    import torch

    torch.set_num_threads(threads)
    a = torch.randn(1536, 1536)
    best = float("inf")
    for _ in range(8):
        start = time.perf_counter()
        a @ a
        best = min(best, time.perf_counter() - start)
    return 2 * 1536**3 / best


def side_by_side(arguments: argparse.Namespace) -> None:
    """Measures every way in turn and prints the table."""
    ways = arguments.ways.split(",")
    with tempfile.TemporaryDirectory() as work:
        file = Path(work) / "texts.json"
        file.write_text(json.dumps(comments(arguments.source, arguments.comments)), encoding="utf-8")
        best: dict[str, dict] = {}
        for round_ in range(arguments.rounds):
            for way in ways:
                command = [sys.executable, __file__, "--one", way, "--texts", str(file)]
                command += ["--threads", str(arguments.threads)]
                done = subprocess.run(command, check=True, capture_output=True, text=True)
                found = json.loads(done.stdout.splitlines()[-1])
                print(f"round {round_ + 1} {way}: {found['wall']:.1f} s", file=sys.stderr, flush=True)
                for key in ("wall", "cpu"):
                    if way in best:
                        found[key] = min(found[key], best[way][key])
                best[way] = found
    peak = peak_flops(arguments.threads)
    base = best.get("detoxify", best[ways[0]])
    rows = [
        ["", "comments/s", "times", "comments/core-s", "times", "tokens/s", "of peak", "MB", "per million"]
    ]
    for way in ways:
        found, n = best[way], arguments.comments
        price = 1e6 / n * found["wall"] / 3600 * arguments.price * arguments.threads
        rows.append(
            [
                WAYS[way],
                f"{n / found['wall']:,.1f}",
                f"{base['wall'] / found['wall']:.1f}×",
                f"{n / found['cpu']:,.1f}",
                f"{base['cpu'] / found['cpu']:.1f}×",
                f"{found['tokens'] / found['wall']:,.0f}",
                f"{found['flop'] / found['wall'] / peak:.0%}",
                f"{found['memory'] / 1e6:,.0f}",
                f"${price:,.2f}",
            ]
        )
    load = os.getloadavg()[0]
    print(
        f"{arguments.comments} comments, {best[ways[0]]['tokens'] / arguments.comments:.0f} tokens on average, "
        f"{arguments.threads} threads, best of {arguments.rounds} rounds, peak {peak / 1e9:,.0f} GFLOP/s, "
        f"load {load:.1f}, ${arguments.price} a core-hour"
    )
    print_table(rows, markdown=arguments.markdown)


def growth(arguments: argparse.Namespace) -> None:
    """Whole runs of growing size: rate, memory, and the rate of the last tenth against the first."""
    rows = [["comments", "seconds", "comments/s", "comments/core-s", "last tenth / first", "MB at the peak"]]
    for count in map(int, arguments.growth.split(",")):
        with tempfile.TemporaryDirectory() as work:
            dump, out = Path(work) / "dump.jsonl", Path(work) / "run"
            write_dump(dump, comments(arguments.source, max(1, round(count * 0.7))), count)
            command = [sys.executable, "-m", "discourse", "score", str(dump), "--out", str(out), "--quiet"]
            start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
            process = subprocess.Popen([*command, "--workers", str(arguments.workers)], cwd=ROOT)
            memory = watch_memory(process)
            seconds, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
            cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            if process.returncode:
                raise SystemExit(f"the run of {count} comments failed")
            records = [json.loads(line) for line in (out / "shards.jsonl").read_text().splitlines()]
            rates = [r["comments"] / r["seconds"] for r in records if r.get("seconds")]
            tenth = max(1, len(rates) // 10)
            drift = sum(rates[-tenth:]) / sum(rates[:tenth])
            rows.append(
                [
                    f"{count:,}",
                    f"{seconds:,.0f}",
                    f"{count / seconds:,.1f}",
                    f"{count / cpu:,.1f}",
                    f"{drift:.2f}",
                    f"{memory / 1e6:,.0f}",
                ]
            )
            print(rows[-1], file=sys.stderr, flush=True)
    print_table(rows, markdown=arguments.markdown)


def write_dump(path: Path, texts: list[str], count: int, seed: int = 0) -> None:
    """A dump of `count` comments over `texts`, each at least once and the rest at random, in threads of 40."""
    draw = random.Random(seed)
    texts = texts + draw.choices(texts, k=count - len(texts))
    draw.shuffle(texts)
    with path.open("w", encoding="utf-8") as file:
        for i, text in enumerate(texts):
            first = i - i % 40
            row = {"id": f"c{i}", "thread_id": f"t{i // 40}", "text": text}
            row["article_title"] = "The council should ban cars from the city"
            if i > first and draw.random() < 0.6:
                row["parent_id"] = f"c{draw.randrange(first, i)}"
            file.write(json.dumps(row) + "\n")


def watch_memory(process: subprocess.Popen) -> int:
    """The most memory that a process and its children held together until it ended, in bytes."""
    most = 0
    while process.poll() is None:
        most = max(most, resident(process.pid))
        time.sleep(0.5)
    return most


def resident(pid: int) -> int:
    """The memory that a process and its children hold, in bytes; 0 once it is gone."""
    family, total = [pid], 0
    while family:
        one = family.pop()
        try:
            total += int(Path(f"/proc/{one}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
            family += map(int, Path(f"/proc/{one}/task/{one}/children").read_text().split())
        except (OSError, IndexError):
            continue
    return total


def print_table(rows: list[list[str]], *, markdown: bool) -> None:
    """Prints rows under their headings, in columns or as a Markdown table."""
    if markdown:
        print("| " + " | ".join(rows[0]) + " |")
        print("|" + "---|" + "--:|" * (len(rows[0]) - 1))
        for row in rows[1:]:
            print("| " + " | ".join(row) + " |")
        return
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        print(
            "  ".join(
                text.rjust(w) if i else text.ljust(w)
                for i, (text, w) in enumerate(zip(row, widths, strict=True))
            )
        )


def main() -> None:
    """Reads the arguments and runs what they ask for."""
    from discourse.nn.threads import machine_threads

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--source", help="a source of comments; default: made from the seed page")
    parser.add_argument("--comments", type=int, default=512)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=machine_threads())
    parser.add_argument("--ways", default=",".join(WAYS))
    parser.add_argument("--price", type=float, default=0.04, help="dollars for an hour of one core")
    parser.add_argument("--growth", metavar="N,N,...", help="sizes of whole runs to measure instead")
    parser.add_argument("--workers", type=int, default=1, help="of the runs of --growth")
    parser.add_argument("--markdown", action="store_true")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    parser.add_argument("--texts", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        texts = json.loads(Path(arguments.texts).read_text(encoding="utf-8"))
        print(json.dumps(measure(arguments.one, texts, arguments.threads)))
    elif arguments.growth:
        growth(arguments)
    else:
        side_by_side(arguments)


if __name__ == "__main__":
    main()
