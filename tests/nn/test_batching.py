import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from discourse.nn.batching import batches_by_length
from discourse.nn.sequence import pool


@given(st.lists(st.integers(1, 300), max_size=80), st.integers(1, 1000))
def test_every_sequence_comes_once_within_the_budget(lengths, budget):
    batches = list(batches_by_length(lengths, budget, max_items=16))
    assert sorted(i for b in batches for i in b) == list(range(len(lengths)))
    for batch in batches:
        assert len(batch) <= 16
        assert len(batch) == 1 or max(lengths[i] for i in batch) * len(batch) <= budget


def test_pooling():
    scores = np.array([[0.0, 1.0], [2.0, -1.0], [5.0, 5.0]], np.float32)
    owners = np.array([0, 0, 1])
    assert pool(scores, owners, 2, "max").tolist() == [[2.0, 1.0], [5.0, 5.0]]
    assert pool(scores, owners, 2, "mean").tolist() == [[1.0, 0.0], [5.0, 5.0]]
    with pytest.raises(ValueError):
        pool(scores, owners, 2, "median")


def test_short_sequences_are_not_padded_to_long_ones():
    lengths = [5 + (37 * i) % 60 for i in range(64)]
    batches = list(batches_by_length(lengths, 4096))
    padded = sum(len(batch) * max(lengths[i] for i in batch) for batch in batches)
    assert padded < 1.3 * sum(lengths)
    assert len(batches) <= 64 // 8 + 1
