"""Trains the line encoder and its heads on the right-frontier choices of real threads.

    python scripts/train_structure.py --base work/base --work work/structure --out models/structure

Each step reads some stretches of flattened pages in windows of neighbouring lines. At every line the
loss is the cross-entropy of the right action among: the comment goes on, the line answers one of
the comments on the right frontier, or the line opens a top-level comment (Polanyi 1988 for the
constraint). Each source has a bias of its own for each kind of move, which is thrown away: how
often a forum's readers answer the comment above is not what the texts say. Auxiliary losses pick
the parent among all comments of the stretch, the first comment's line among all lines, and tell
article prose from comments. A tenth of the training threads is left out for fit_structure.py.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import torch
from flatten import FlatThread, all_top_level, first_level, flatten, merge, news, threads
from safetensors.torch import load_file, save_file
from torch.nn import functional as F
from training import DATA, Loop, export, seed_everything
from transformers import AutoModel, AutoTokenizer

from discourse.structure.encoder import MAX_TOKENS, WINDOW_TOKENS, line_ids, special_ids, window_vectors
from discourse.structure.heads import Heads

# How often each source's threads are read in a round.
SOURCES = {"train_mtcsd": 1.5, "train_iac": 1.0, "train_reddit": 0.5, "train_rumoureval": 1.0}
MERGED = {"train_mtcsd": 1.0, "train_reddit": 0.5}  # the same, several threads as one section
FIRST_LEVEL = {"train_iac": 0.4, "train_reddit": 0.2}  # the same, only what answers the opening
TOP_LEVEL = 3
LONGEST = 12  # lines read of a comment: the rest of an essay teaches nothing about boundaries
LATER_LINES = 0.4  # weight of the lines after a comment's second
STRETCH_TOKENS = 1250
READ_TOKENS = 60_000  # padded tokens that the encoder reads at once
PRIORS = (*SOURCES, *(f"{name}+" for name in MERGED), "top")
MOVES = 6  # going on, opening, answering the last comment, one up, two up, further up


def held_out(thread: dict) -> bool:
    """True for the tenth of the threads that the encoder does not see."""
    return random.Random(f"structure:{thread['source']}:{thread['thread']}").random() < 0.1


@dataclass
class Stretch:
    """Consecutive lines of a page, with the comments before it that are still on the frontier.

    `rows` are token ids by line; `owner` numbers comments within the stretch (-1: article);
    `first` is the first line to be predicted; `windows` list the lines read together; `begins` says
    that the first comment of the page is in it.
    """

    rows: list[list[int]]
    owner: list[int]
    parents: list[int]
    first: int
    register: bool
    windows: list[list[int]]
    begins: bool
    prior: str


def _windows(rows: list[list[int]], lines: range, rng: random.Random) -> list[list[int]]:
    """Packs lines into windows of about equal size, a size drawn anew for every stretch."""
    total = sum(len(rows[line]) + 1 for line in lines)
    limit = rng.randint(220, WINDOW_TOKENS - MAX_TOKENS)
    size = total / max(1, -(-total // limit))
    out: list[list[int]] = [[]]
    used = 0
    for line in lines:
        if out[-1] and used >= size:
            out.append([])
            used = 0
        out[-1].append(line)
        used += len(rows[line]) + 1
    return out


def stretches(flat: FlatThread, tokenizer, rng: random.Random, prior: str) -> list[Stretch]:
    """Cuts a page into stretches of about STRETCH_TOKENS tokens."""
    rows = line_ids(tokenizer, flat.lines)
    spans = flat.spans()
    article = [i for i, o in enumerate(flat.owner) if o < 0]
    out = []
    c = 0
    while c < len(spans):
        kept = rng.choice([2, 6, 12, 24]) if c == 0 else 1 + rng.randint(0, 4)
        opening = article[-kept:] if c == 0 else article[:kept]
        used, end = sum(len(rows[i]) for i in opening) if c == 0 else 0, c
        while end < len(spans) and (end == c or used < STRETCH_TOKENS):
            used += sum(len(rows[i]) + 1 for i in range(spans[end][0], spans[end][1] + 1)[:LONGEST])
            end += 1
        ancestors = set()
        node = c - 1
        while node >= 0:
            ancestors.add(node)
            node = flat.parents[node]
        members = sorted(ancestors) + list(range(c, end))
        number = {old: new for new, old in enumerate(members)}
        lines, owner = list(opening), [-1] * len(opening)
        for old in members:
            own = list(range(spans[old][0], spans[old][1] + 1))
            own = own[:LONGEST] if old >= c else own[:4]
            lines += own
            owner += [number[old]] * len(own)
        first = owner.index(number[c])
        parents = [number.get(flat.parents[old], -1) for old in members]
        chosen = [rows[i] for i in lines]
        if c == 0:
            windows = _windows(chosen, range(len(chosen)), rng)
        else:
            windows = _windows(chosen, range(first), rng) + _windows(chosen, range(first, len(chosen)), rng)
        out.append(Stretch(chosen, owner, parents, first, flat.register, windows, c == 0, prior))
        c = end
    return out


def bare_article(lines: list[str], tokenizer, rng: random.Random) -> Stretch:
    """A page without comments: all its lines are article."""
    rows = line_ids(tokenizer, lines[:30])
    return Stretch(
        rows, [-1] * len(rows), [], len(rows), True, _windows(rows, range(len(rows)), rng), False, ""
    )


def _moves(frontier: int) -> list[int]:
    """Which bias each action takes: going on, opening, then the frontier from the last comment upwards."""
    return [0, 1] + [min(2 + up, 5) for up in range(frontier)]


def read(encoder, special, batch: list[Stretch]) -> list[torch.Tensor]:
    """The line vectors of each stretch, windows of like length read together."""
    rows, windows, sizes = [], [], []
    for stretch in batch:
        windows += [[line + len(rows) for line in window] for window in stretch.windows]
        rows += stretch.rows
        sizes.append(len(stretch.rows))
    length = [sum(len(rows[line]) + 1 for line in window) for window in windows]
    parts: list[list[list[int]]] = []
    for i in sorted(range(len(windows)), key=length.__getitem__):
        if not parts or length[i] * (len(parts[-1]) + 1) > READ_TOKENS:
            parts.append([])
        parts[-1].append(windows[i])
    vectors = torch.cat([window_vectors(encoder, rows, part, special) for part in parts])
    place = torch.empty(len(rows), dtype=torch.long)
    place[[line for part in parts for window in part for line in window]] = torch.arange(len(rows))
    return list(vectors[place.to(vectors.device)].split(sizes))


def batch_loss(
    encoder, heads: Heads, priors: torch.nn.ParameterDict, special, batch: list[Stretch]
) -> torch.Tensor:
    """Mean of the stretches' losses."""
    vectors = read(encoder, special, batch)
    losses = [stretch_loss(v, heads, priors, s) for v, s in zip(vectors, batch, strict=True)]
    return torch.stack(losses).mean()


def stretch_loss(
    vectors: torch.Tensor, heads: Heads, priors: torch.nn.ParameterDict, stretch: Stretch
) -> torch.Tensor:
    """Mean action loss of a stretch, of line vectors (lines, width), plus the auxiliary losses."""
    device = vectors.device
    owner = torch.tensor(stretch.owner)
    is_article = (owner < 0).to(device)
    loss = vectors.sum() * 0
    if stretch.register:
        prose = heads.register(vectors)
        loss = loss + 0.4 * F.binary_cross_entropy_with_logits(prose, is_article.float())
    if stretch.begins and stretch.first:
        where = heads.ends_article(vectors[:-1], vectors[1:])
        loss = loss + 0.3 * F.cross_entropy(where[None], torch.tensor([stretch.first - 1], device=device))
    if not stretch.parents:
        return loss
    article = vectors[: max(1, stretch.owner.index(0))].mean(0)  # a page without one: its first line
    sums = F.pad(vectors.cumsum(0), (0, 0, 1, 0))

    def mean(spans: list[tuple[int, int]]) -> torch.Tensor:
        start, end = torch.tensor(spans).T.to(device)
        return (sums[end] - sums[start]) / (end - start)[:, None]

    before, lines, contexts, candidates, targets, weights, sizes = [], [], [], [], [], [], []
    seen = [(0, 0)] * len(stretch.parents)  # lines [start, end) of each comment so far
    openers = []
    for i, o in enumerate(stretch.owner):
        if o < 0:
            continue
        last = stretch.owner[i - 1] if i else -1
        starts = last != o
        if i >= stretch.first and last >= 0:
            frontier = []
            node = last
            while node >= 0:
                frontier.append(node)
                node = stretch.parents[node]
            before.append(i - 1)
            lines.append(i)
            contexts.append(seen[last])
            candidates += [seen[k] for k in frontier]
            sizes.append(len(frontier))
            weights.append(1.0 if starts or stretch.owner[i - 2] != o else LATER_LINES)
            if not starts:
                targets.append(0)
            elif stretch.parents[o] < 0:
                targets.append(1)
            else:
                targets.append(2 + frontier.index(stretch.parents[o]))
        if starts and stretch.parents[o] >= 0 and i >= stretch.first:
            openers.append((i, o))
        seen[o] = (i if starts else seen[o][0], i + 1)
    if targets:
        line = vectors[lines]
        on = heads.goes_on(mean(contexts), vectors[before], line)
        top = heads.opening(article.expand_as(line), line)
        row = torch.repeat_interleave(torch.arange(len(sizes)), torch.tensor(sizes)).to(device)
        answer = heads.answers(mean(candidates), line[row])
        column = torch.cat([torch.arange(2, 2 + size) for size in sizes]).to(device)
        scores = torch.full((len(lines), 2 + max(sizes)), -1e4, device=device)
        scores = scores.index_put((row, column), answer.float())
        scores = torch.cat([on.float()[:, None], top.float()[:, None], scores[:, 2:]], 1)
        bias = priors[stretch.prior][torch.tensor(_moves(max(sizes)), device=device)]
        each = F.cross_entropy(scores + bias, torch.tensor(targets, device=device), reduction="none")
        weight = torch.tensor(weights, device=device)
        loss = loss + (each * weight).sum() / weight.sum()
    if len(openers) > 1:
        means = mean(seen)
        starts = vectors[[i for i, _ in openers]]
        scores = heads.answers(
            means[None].expand(len(starts), -1, -1), starts[:, None].expand(-1, len(means), -1)
        )
        later = torch.arange(len(means))[None] >= torch.tensor([o for _, o in openers])[:, None]
        parents = torch.tensor([stretch.parents[o] for _, o in openers], device=device)
        loss = loss + 0.3 * F.cross_entropy(scores.masked_fill(later.to(device), -1e4), parents)
    return loss


def _repeats(share: float, rng: random.Random) -> int:
    return int(share) + (rng.random() < share % 1)


def subject(thread: dict) -> str:
    """What a Reddit thread is about: its subreddit, or MT-CSD's target."""
    return str(thread["thread"]).split("/")[0]


def pages(data: Path, articles: list[list[str]], rng: random.Random, held: bool = False):
    """Yields (flattened page, the name of its prior) of the threads trained on, or of those held out."""

    def article_for(thread: dict) -> list[str] | None:
        return rng.choice(articles) if not thread.get("article") or rng.random() < 0.35 else None

    for name, share in SOURCES.items():
        groups = defaultdict(list)
        for thread in threads(data, name):
            if held_out(thread) != held or len(thread["comments"]) < 3:
                continue
            groups[subject(thread)].append(thread)
            for _ in range(_repeats(share, rng)):
                yield flatten(thread, article_for(thread), rng), name
            top = first_level(thread)
            if len(top["comments"]) >= 4 and rng.random() < FIRST_LEVEL.get(name, 0.0):
                yield flatten(top, article_for(thread), rng), "top"
        for group in groups.values() if name in MERGED else ():
            for _ in range(_repeats(MERGED[name], rng)):
                rng.shuffle(group)
                rest = list(group)
                while rest:
                    size = rng.randint(2, 8)
                    taken, rest = rest[:size], rest[size:]
                    if name == "train_mtcsd":
                        taken = [dict(t, comments=t["comments"][: rng.randint(3, 40)]) for t in taken]
                    yield flatten(merge(taken, rng), rng.choice(articles), rng), name + "+"
    for thread in all_top_level(data):
        for _ in range(TOP_LEVEL if held_out(thread) == held else 0):
            some = rng.sample(thread["comments"], min(len(thread["comments"]), 25))
            yield flatten(dict(thread, comments=some), article_for(thread), rng), "top"


def one_pass(options: argparse.Namespace, number: int) -> list[Stretch]:
    """The stretches of one pass over all pages, flattened and shuffled anew for every number."""
    torch.set_num_threads(1)
    rng = random.Random(f"{options.seed}:{number}")
    tokenizer = AutoTokenizer.from_pretrained(options.base)
    articles = [a for i, a in enumerate(news(options.data)) if i % 10]
    examples: list[Stretch] = []
    for flat, prior in pages(options.data, articles, rng):
        if flat.parents:
            examples += stretches(flat, tokenizer, rng, prior)
    examples += [bare_article(a, tokenizer, rng) for a in rng.sample(articles, 250)]
    rng.shuffle(examples)
    return examples


def batches(options: argparse.Namespace) -> Iterator[list[Stretch]]:
    """Batches of stretches, pass after pass, made by processes of their own."""
    with multiprocessing.get_context("spawn").Pool(min(options.workers, options.passes)) as pool:
        for examples in pool.imap(partial(one_pass, options), range(options.passes)):
            print(
                f"{len(examples)} stretches, {sum(len(e.parents) for e in examples)} comments, "
                f"{sum(len(r) for e in examples for r in e.rows)} tokens",
                flush=True,
            )
            for start in range(0, len(examples), options.batch):
                yield examples[start : start + options.batch]


def validation_loss(loss: Callable, options: argparse.Namespace) -> float:
    """Mean loss of 600 stretches of the threads that are held out, always the same."""
    rng = random.Random(0)
    tokenizer = AutoTokenizer.from_pretrained(options.base)
    articles = [a for i, a in enumerate(news(options.data)) if i % 10 == 0]
    examples = []
    for flat, prior in pages(options.data, articles, rng, held=True):
        if flat.parents:
            examples += stretches(flat, tokenizer, rng, prior)
    chosen = rng.sample(examples, min(600, len(examples)))
    with torch.inference_mode():
        return sum(float(loss(chosen[i : i + 1])) for i in range(len(chosen))) / len(chosen)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--base", type=Path, required=True, help="encoder to start from, and its tokenizer")
    parser.add_argument("--heads", type=Path, help="heads.safetensors to start from")
    parser.add_argument("--work", type=Path, default=Path("work/structure"))
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--rate", type=float, default=1e-4)
    parser.add_argument("--head-rate", type=float, default=1e-3)
    parser.add_argument("--dropout", type=float, default=0.0, help="of hidden layers; attention has none")
    parser.add_argument("--steps", type=int, default=6000)
    parser.add_argument("--batch", type=int, default=1, help="stretches per step")
    parser.add_argument("--passes", type=int, default=1, help="over all pages, flattened anew each time")
    parser.add_argument("--workers", type=int, default=1, help="processes that flatten")
    parser.add_argument("--minutes", type=float, help="stop after so long (the rate decays toward it)")
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--device", default="cpu")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    seed_everything(arguments.seed)

    tokenizer = AutoTokenizer.from_pretrained(arguments.base)
    encoder = AutoModel.from_pretrained(
        arguments.base,
        attn_implementation="sdpa",
        attention_probs_dropout_prob=0.0,
        hidden_dropout_prob=arguments.dropout,
        add_pooling_layer=False,
        dtype=torch.float32,
    )
    encoder.to(arguments.device).train()
    encoder.embeddings.word_embeddings.requires_grad_(False)
    heads = Heads(encoder.config.hidden_size)
    if arguments.heads:
        heads.load_state_dict({k: v.float() for k, v in load_file(arguments.heads).items()})
    heads.to(arguments.device)
    priors = torch.nn.ParameterDict({name: torch.zeros(MOVES) for name in PRIORS}).to(arguments.device)
    groups = [
        {"params": [p for p in encoder.parameters() if p.requires_grad], "lr": arguments.rate},
        {"params": [*heads.parameters(), *priors.parameters()], "lr": arguments.head_rate},
    ]
    read_and_score = partial(batch_loss, encoder, heads, priors, special_ids(tokenizer))
    loop = Loop(
        groups,
        read_and_score,
        state={"encoder": encoder, "heads": heads, "priors": priors},
        checkpoint=arguments.work / "checkpoint.pt",
        steps=arguments.steps,
        minutes=arguments.minutes,
        save_every=400,
    )
    loop.run(batches(arguments))
    loop.save()
    encoder.eval()
    print(f"held-out threads: loss {validation_loss(read_and_score, arguments):.4f}", flush=True)
    encoder.config.hidden_dropout_prob = 0.0
    export(encoder.cpu(), tokenizer, arguments.out)
    save_file(
        {k: v.cpu().half().contiguous() for k, v in heads.state_dict().items()},
        arguments.out / "heads.safetensors",
    )


if __name__ == "__main__":
    main()
