"""Trains the line encoder and its heads on the right-frontier choices of real threads.

    python scripts/train_structure.py --base work/base --work work/structure --out models/structure

Each step takes a window of one flattened thread. Every line is encoded once; at every line the
loss is the cross-entropy of the right action among: the comment goes on, the line answers one of
the comments on the right frontier, or the line opens a top-level comment (Polanyi 1988 for the
constraint). An auxiliary loss picks the parent among all comments of the window, and another
tells article prose from comments. A tenth of the training threads is left out for
fit_structure.py.
"""

from __future__ import annotations

import argparse
import random
from dataclasses import dataclass
from pathlib import Path

import torch
from flatten import FlatThread, flatten, news, threads
from safetensors.torch import load_file, save_file
from torch.nn import functional as F
from training import DATA, Loop, export, seed_everything
from transformers import AutoModel, AutoTokenizer

from discourse.structure.encoder import encode_ids, mean_pool
from discourse.structure.heads import Heads

# Shares of each source's threads in a round; the first round reads 1,000 windows, the second 1,500.
SOURCES = {"train_mtcsd": 1.0, "train_iac": 0.2, "train_reddit": 0.12, "train_rumoureval": 1.0}
LONGEST = 6  # lines read of a comment: the rest of an essay teaches nothing about boundaries
LATER_LINES = 0.4  # weight of the lines after a comment's second
WINDOW_LINES = 44


def held_out(thread: dict) -> bool:
    """True for the tenth of the threads that the encoder does not see."""
    return random.Random(f"structure:{thread['source']}:{thread['thread']}").random() < 0.1


@dataclass
class Window:
    """Consecutive lines of a page, with the comments before it that are still on the frontier.

    `lines` are texts; `owner` numbers comments within the window (-1: article). `first` is the
    first line that is to be predicted.
    """

    lines: list[str]
    owner: list[int]
    parents: list[int]
    first: int
    register: bool


def windows(flat: FlatThread, rng: random.Random) -> list[Window]:
    """Cuts a page into windows of about WINDOW_LINES lines to predict."""
    spans = flat.spans()
    out = []
    c = 0
    article = [i for i, o in enumerate(flat.owner) if o < 0]
    while c < len(spans):
        budget, end = 0, c
        while end < len(spans) and (budget == 0 or budget + spans[end][1] - spans[end][0] < WINDOW_LINES):
            budget += spans[end][1] - spans[end][0] + 1
            end += 1
        keep = set()
        node = flat.parents[c]
        if c > 0:
            node = c - 1
        while node >= 0:
            keep.add(node)
            node = flat.parents[node]
        context = sorted(keep)
        members = context + list(range(c, end))
        number = {old: new for new, old in enumerate(members)}
        opening = article if c == 0 else article[: 1 + rng.randint(0, 4)]
        if len(opening) > 14:
            start = rng.randint(0, len(opening) - 14)
            opening = opening[start : start + 14] if rng.random() < 0.7 else opening[-14:]
        lines = [flat.lines[i] for i in opening]
        owner = [-1] * len(lines)
        for old in members:
            own = list(range(spans[old][0], spans[old][1] + 1))[: LONGEST if old >= c else 4]
            lines += [flat.lines[i] for i in own]
            owner += [number[old]] * len(own)
        first = next(i for i, o in enumerate(owner) if o == number[c])
        parents = [number.get(flat.parents[old], -1) for old in members]
        out.append(Window(lines, owner, parents, first, flat.register))
        c = end
    return out


def line_vectors(encoder, tokenizer, lines: list[str]) -> torch.Tensor:
    """Vectors of the lines, shape (lines, width), short and long lines encoded apart to save padding."""
    lengths = [len(line.split()) for line in lines]
    parts, order = [], []
    for low, high in ((0, 14), (14, 34), (34, 10**9)):
        chosen = [i for i, n in enumerate(lengths) if low <= n < high]
        if chosen:
            ids, mask = encode_ids(tokenizer, [lines[i] for i in chosen])
            parts.append(
                mean_pool(encoder(input_ids=ids, attention_mask=mask).last_hidden_state, mask).float()
            )
            order += chosen
    return torch.cat(parts)[torch.argsort(torch.tensor(order))]


def window_loss(encoder, heads: Heads, tokenizer, window: Window) -> torch.Tensor:
    """Mean action loss of a window plus the auxiliary losses."""
    vectors = line_vectors(encoder, tokenizer, window.lines)
    owner = torch.tensor(window.owner)
    is_article = owner < 0
    article = vectors[is_article].mean(0)
    losses, auxiliary = [], []
    sums = torch.zeros(len(window.parents), vectors.shape[1])
    counts = [0] * len(window.parents)
    goes_on, answers_context, answers_line, openings, targets, offsets = [], [], [], [], [], []
    weights: list[float] = []
    pool: list[torch.Tensor | None] = [None] * len(window.parents)
    for i, o in enumerate(window.owner):
        if o < 0:
            continue
        starts = window.owner[i - 1] != o
        if i >= window.first and i > 0 and window.owner[i - 1] >= 0:
            last = window.owner[i - 1]
            frontier = []
            node = last
            while node >= 0:
                frontier.append(node)
                node = window.parents[node]
            goes_on.append((pool[last], vectors[i - 1], vectors[i]))
            offsets.append((len(answers_context), len(frontier), i))
            answers_context += [pool[k] for k in frontier]
            answers_line += [vectors[i]] * len(frontier)
            openings.append(vectors[i])
            weights.append(1.0 if starts or window.owner[i - 2] != o else LATER_LINES)
            if not starts:
                targets.append(0)
            elif window.parents[o] < 0:
                targets.append(1)
            else:
                targets.append(2 + frontier.index(window.parents[o]))
        if starts and window.parents[o] >= 0 and i >= window.first:
            auxiliary.append((i, o))
        sums = sums.index_add(0, torch.tensor([o]), vectors[i : i + 1])
        counts[o] += 1
        pool[o] = sums[o] / counts[o]
    if targets:
        on = heads.goes_on(*(torch.stack(column) for column in zip(*goes_on, strict=True)))
        answer = heads.answers(torch.stack(answers_context), torch.stack(answers_line))
        line = torch.stack(openings)
        top = heads.opening(article.expand_as(line), line)
        for n, (start, count, _) in enumerate(offsets):
            scores = torch.cat([on[n : n + 1], top[n : n + 1], answer[start : start + count]])
            losses.append(F.cross_entropy(scores[None].float(), torch.tensor([targets[n]])))
    weight = torch.tensor(weights)
    loss = (torch.stack(losses) * weight).sum() / weight.sum() if losses else vectors.sum() * 0
    if len(auxiliary) > 1:
        means = torch.stack([p for p in pool if p is not None])
        starts = torch.stack([vectors[i] for i, _ in auxiliary])
        scores = heads.answers(
            means[None].expand(len(starts), -1, -1), starts[:, None].expand(-1, len(means), -1)
        )
        scores = scores.float()
        for row, (_, o) in enumerate(auxiliary):
            scores[row, o:] = -1e4
        parents = torch.tensor([window.parents[o] for _, o in auxiliary])
        loss = loss + 0.3 * F.cross_entropy(scores, parents)
    if window.register:
        loss = loss + 0.5 * F.binary_cross_entropy_with_logits(
            heads.register(vectors).float(), is_article.float()
        )
    return loss


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--work", type=Path, default=Path("work/structure"))
    parser.add_argument("--out", type=Path, default=Path("models/structure"))
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=13)
    parser.add_argument("--rate", type=float, default=6e-5)
    parser.add_argument("--start", type=Path, help="a trained structure checkpoint to go on from")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    rng = seed_everything(arguments.seed)

    articles = news(arguments.data)
    train_news = [a for i, a in enumerate(articles) if i % 10]
    examples: list[Window] = []
    for name, share in SOURCES.items():
        for thread in threads(arguments.data, name):
            if held_out(thread) or rng.random() > share or len(thread["comments"]) < 4:
                continue
            replace = not thread.get("article") or rng.random() < 0.3
            flat = flatten(thread, rng.choice(train_news) if replace else None, rng)
            if flat.parents:
                examples += windows(flat, rng)
    rng.shuffle(examples)
    examples = examples[: arguments.steps]
    print(f"{len(examples)} windows, {sum(len(w.lines) for w in examples)} lines", flush=True)

    start = arguments.start or arguments.base
    tokenizer = AutoTokenizer.from_pretrained(arguments.base)
    encoder = AutoModel.from_pretrained(
        start,
        attn_implementation="eager",
        attention_probs_dropout_prob=0.0,
        add_pooling_layer=False,
        dtype=torch.float32,
    ).train()
    encoder.embeddings.requires_grad_(False)
    heads = Heads(encoder.config.hidden_size)
    if arguments.start:
        heads.load_state_dict(
            {k: v.float() for k, v in load_file(arguments.start / "heads.safetensors").items()}
        )
    groups = [
        {"params": [p for p in encoder.parameters() if p.requires_grad], "lr": arguments.rate},
        {"params": list(heads.parameters()), "lr": 10 * arguments.rate},
    ]
    loop = Loop(
        groups,
        lambda window: window_loss(encoder, heads, tokenizer, window),
        state={"encoder": encoder, "heads": heads},
        checkpoint=arguments.work / "checkpoint.pt",
        steps=len(examples),
        save_every=250,
    )
    loop.run(examples)
    loop.save()
    encoder.config._attn_implementation = "sdpa"
    export(encoder.eval(), tokenizer, arguments.out)
    save_file(
        {k: v.half().contiguous() for k, v in heads.state_dict().items()}, arguments.out / "heads.safetensors"
    )


if __name__ == "__main__":
    main()
