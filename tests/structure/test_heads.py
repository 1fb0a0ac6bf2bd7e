"""The numpy heads score as the torch heads they were trained as."""

import numpy as np
import torch

from discourse.structure.encoder import (
    MAX_TOKENS,
    WINDOW_TOKENS,
    LineEncoder,
    central_windows,
    clip,
    windows_of,
)
from discourse.structure.heads import Heads
from discourse.structure.pairs import running_sums


def test_numpy_heads_equal_torch_heads():
    torch.manual_seed(0)
    width = 32
    heads = Heads(width).eval()
    module = torch.nn.Linear(1, 1)
    encoder = LineEncoder(module, {k: v.numpy() for k, v in heads.state_dict().items()}, None)
    vectors = np.random.default_rng(0).normal(size=(12, width)).astype(np.float32)
    article = vectors[:3].mean(0)
    starts, ends = np.array([3, 4, 4, 7]), np.array([4, 7, 6, 9])
    rows = torch.from_numpy(vectors)
    comments = torch.stack([rows[a:b].mean(0) for a, b in zip(starts, ends, strict=True)])
    with torch.inference_mode():
        expected = {
            "prose": heads.register(rows),
            "ends": heads.ends_article(rows[:-1], rows[1:]),
            "opens": heads.opening(torch.from_numpy(article).expand(12, -1), rows),
            "goes_on": heads.goes_on(comments, rows[8].expand(4, -1), rows[9].expand(4, -1)),
            "answers": heads.answers(comments, rows[9].expand(4, -1)),
            "whole answers": heads.answers(comments, rows[9:12].mean(0).expand(4, -1)),
        }
    scores = encoder.page_scores(vectors, running_sums(vectors))
    found = {
        "prose": encoder.article_prose(vectors),
        "ends": encoder.ends_article(vectors)[1:],
        "opens": encoder.opens(article, vectors),
        "goes_on": scores.goes_on(starts, ends, 9),
        "answers": scores.answers(starts, ends, 9, 10),
        "whole answers": scores.answers(starts, ends, 9, 12),
    }
    for name, values in expected.items():
        np.testing.assert_allclose(found[name], values.numpy(), atol=1e-5, err_msg=name)


def test_long_lines_keep_their_end():
    ids = list(range(500))
    assert len(clip(ids)) == MAX_TOKENS
    assert clip(ids)[-1] == 499 and clip(ids)[0] == 0
    assert clip(ids[:MAX_TOKENS]) == ids[:MAX_TOKENS]


def test_windows_cover_every_line_and_keep_within_their_size():
    rng = np.random.default_rng(1)
    for size in (1, 2, 30, 200):
        lengths = rng.integers(1, MAX_TOKENS + 1, size).tolist()
        windows = windows_of(lengths)
        assert {line for a, b in windows for line in range(a, b)} == set(range(size))
        assert all(1 + sum(n + 1 for n in lengths[a:b]) <= WINDOW_TOKENS for a, b in windows)
        assert len(windows) <= 1 + 3 * sum(n + 1 for n in lengths) / WINDOW_TOKENS, (
            "the page is read about twice"
        )
        for line, w in enumerate(central_windows(windows, lengths)):
            assert windows[w][0] <= line < windows[w][1]


def test_a_line_is_read_where_it_stands_in_the_middle():
    lengths = [63] * 40
    windows = windows_of(lengths)
    for line, w in enumerate(central_windows(windows, lengths)):
        start, end = windows[w]
        assert line - start >= 1 or start == 0
        assert end - line > 1 or end == 40
