"""Packing sequences into batches by token count."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

FEW = 8  # sequences that are cheaper padded together than apart
SHORTER = 0.8  # of the longest: a sequence shorter than that begins a new batch once there are a few


def batches_by_length(lengths: Sequence[int], max_tokens: int, max_items: int = 64) -> Iterator[list[int]]:
    """Groups of indices, longest sequences first, each of at most `max_tokens` tokens when padded.

    Lengths that differ much are kept apart where a group is not small: of 64 comments as they come, padded to the
    longest, half of the work is padding. A sequence longer than `max_tokens` gets a batch of its own. Every index comes once; equal
    lengths keep their order, so the grouping does not depend on anything but the lengths.
    """
    batch: list[int] = []
    for index in sorted(range(len(lengths)), key=lambda i: -lengths[i]):
        width = lengths[batch[0]] if batch else lengths[index]
        full = len(batch) == max_items or width * (len(batch) + 1) > max_tokens
        if batch and (full or (len(batch) >= FEW and lengths[index] < SHORTER * width)):
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch
