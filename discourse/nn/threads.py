"""How many threads this process may compute with: one number, whatever runs the models.

A worker of a run is told its share of the machine; everything else takes the whole machine. Torch gets
the number for its own pool. ONNX Runtime gets one thread a session, and that many texts at a time are
put through it from a pool of ours, so that no two pools compete.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


def machine_threads() -> int:
    """The cores this process may use, or fewer where OMP_NUM_THREADS says so."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    asked = os.environ.get("OMP_NUM_THREADS", "").split(",")[0]
    return min(cores, int(asked)) if asked.isdigit() and int(asked) else cores


def use_threads(count: int) -> None:
    """Keeps this process to `count` threads: torch, loaded already or later, and `side_by_side`."""
    os.environ["OMP_NUM_THREADS"] = str(count)
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(count)


def side_by_side(work: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
    """`work` of every item in order, on as many threads as this process may use."""
    count = machine_threads()
    return map(work, items) if count == 1 else _pool(count).map(work, items)


@lru_cache(maxsize=1)
def _pool(count: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(count, thread_name_prefix="discourse")
