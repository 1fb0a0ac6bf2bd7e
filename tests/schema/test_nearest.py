"""The word that may have been meant."""

import pytest

from discourse.schema.nearest import did_you_mean


@pytest.mark.parametrize(
    ("word", "answer"),
    [
        ("toxicty", "did you mean 'toxicity'?"),
        (" TOXICITY ", "did you mean 'toxicity'?"),
        ("kommentar text", "did you mean 'KommentarText'?"),
        ("xlsx", ""),
        ("", ""),
    ],
)
def test_the_nearest_word_is_asked_for(word, answer):
    assert did_you_mean(word, ["toxicity", "KommentarText", "stance"]) == answer
