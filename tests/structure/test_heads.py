"""The numpy heads score as the torch heads they were trained as."""

import numpy as np
import torch

from discourse.structure.encoder import LineEncoder, clip
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
            "opens": heads.opening(as_torch(article).expand(7, -1), as_torch(lines)),
            "goes_on": heads.goes_on(
                as_torch(comments), as_torch(before).expand(7, -1), as_torch(line).expand(7, -1)
            ),
            "answers": heads.answers(as_torch(comments), as_torch(line).expand(7, -1)),
        }
    found = {
        "prose": encoder.article_prose(lines),
        "opens": encoder.opens(article, lines),
        "goes_on": encoder.goes_on(comments, before, line),
        "answers": encoder.answers(comments, line),
    }
    for name, values in expected.items():
        np.testing.assert_allclose(found[name], values.numpy(), atol=1e-5, err_msg=name)


def test_long_lines_keep_their_end():
    ids = list(range(500))
    assert len(clip(ids)) == 96
    assert clip(ids)[-1] == 499 and clip(ids)[0] == 0
    assert clip(ids[:96]) == ids[:96]
