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


def test_numpy_heads_equal_torch_heads():
    torch.manual_seed(0)
    width = 32
    heads = Heads(width).eval()
    module = torch.nn.Linear(1, 1)
    encoder = LineEncoder(module, {k: v.numpy() for k, v in heads.state_dict().items()}, None)
    rng = np.random.default_rng(0)
    comments, lines = rng.normal(size=(2, 7, width)).astype(np.float32)
    article, line, before = rng.normal(size=(3, width)).astype(np.float32)
    as_torch = torch.from_numpy
    with torch.inference_mode():
        expected = {
            "prose": heads.register(as_torch(lines)),
            "ends": heads.ends_article(as_torch(lines[:-1]), as_torch(lines[1:])),
            "opens": heads.opening(as_torch(article).expand(7, -1), as_torch(lines)),
            "goes_on": heads.goes_on(
                as_torch(comments), as_torch(before).expand(7, -1), as_torch(line).expand(7, -1)
            ),
            "answers": heads.answers(as_torch(comments), as_torch(line).expand(7, -1)),
        }
    found = {
        "prose": encoder.article_prose(lines),
        "ends": encoder.ends_article(lines)[1:],
        "opens": encoder.opens(article, lines),
        "goes_on": encoder.goes_on(comments, before, line),
        "answers": encoder.answers(comments, line),
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
