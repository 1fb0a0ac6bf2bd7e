"""The profanity tagger: offsets, names behind masks, innocents, covering, hostile input."""

from __future__ import annotations

import json
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discourse.schema import ModelError, Span
from discourse.taggers.base import Reading
from discourse.taggers.profanity import ProfanityTagger
from discourse.taggers.profanity.lexicon import Lexicon
from discourse.taggers.profanity.masks import find
from discourse.taggers.profanity.model import encode, vocabulary
from discourse.taggers.profanity.normalise import normalise
from discourse.taggers.profanity.tagger import Decision, cover

MODEL = Path(__file__).resolve().parents[2] / "models" / "profanity"


@pytest.fixture(scope="module")
def tagger() -> ProfanityTagger:
    return ProfanityTagger.load(str(MODEL))


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon.from_dict(json.loads((MODEL / "lexicon.json").read_text(encoding="utf-8")))


def spans_of(tagger: ProfanityTagger, text: str) -> list[Span]:
    return tagger.predict([Reading("c", text)]).spans


def words_behind(lexicon: Lexicon, text: str) -> dict[str, list[str]]:
    return {text[c.start : c.end]: [word for word, _ in c.options] for c in find(text, lexicon)}


@pytest.mark.parametrize(
    ("text", "surface", "word"),
    [
        ("My boss is a lying b*stard and everybody knows it.", "b*stard", "bastard"),
        ("What the f**k were they thinking when they built this road?", "f**k", "fuck"),
        ("Stop f**king around with our pensions, minister.", "f**king", "fucking"),
        ("The council is a bunch of a$$holes.", "a$$holes", "assholes"),
        ("He sat on his fat a$$ all summer long.", "a$$", "ass"),
        ("Another load of bullsh!t from the party office.", "bullsh!t", "bullshit"),
        ("The mayor can pi$$ off.", "pi$$", "piss"),
        ("You are such a dumb@ss, learn to read.", "dumb@ss", "dumbass"),
        ("That idiot is a proper f*ckwit.", "f*ckwit", "fuckwit"),
        ("They all can go f u c k themselves.", "f u c k", "fuck"),
        ("This is utter s.h.i.t and you know it.", "s.h.i.t", "shit"),
        ("She called me a b1tch in front of the class.", "b1tch", "bitch"),
        ("Shut up you @sshole.", "@sshole", "asshole"),
        ("Get the phuck out of my town.", "phuck", "fuck"),
        ("Nobody gives a s*** about your opinion.", "s***", "shit"),
        ("We owe them a metric f**k-ton of money.", "f**k-ton", "fuckton"),
        ("You f\u0443cking liar, and f\u200bucking coward.", "f\u200bucking", "fucking"),
    ],
)
def test_masks_are_found_and_named(tagger, text, surface, word):
    found = {s.surface: s for s in spans_of(tagger, text)}
    assert surface in found
    assert (found[surface].canonical, found[surface].kind) == (word, "masked")


def test_covered_altogether_has_no_word(tagger):
    (span,) = spans_of(tagger, "Why don't you shut the **** up and let her speak?")
    assert (span.surface, span.canonical, span.kind) == ("****", None, "masked")


@pytest.mark.parametrize(
    "text",
    [
        "This is **bold** and *sigh* this is not.",
        "She paid $100 for the Ke$ha and P!nk tickets, about 5% too much.",
        "C++ and x**2 and a*b; see note 3* below, version 1.2.3-rc4.",
        "Write to assistant@assembly.org or @shitake_farm about the class in Scunthorpe.",
        "R&B at the G&M building, AT&T pays 20k, the A4 and the M25 are closed.",
        "They shouted R*E*A*D and M*A*S*H at the screen.",
        "The U.S.A. and the U.K. signed it at 10:30 p.m.",
        "The first half ends here.\n****\nThe second half of the article starts here.",
        "sh1p, h3llo, c0ffee, n00b, 4ever, gr8, b4, w00t and l33t",
        "background-color:#F5FFFA; &nbsp; &#8217; http://example.com/a$$_test?x=1",
        "They assess the cocktail, the Dickens passage, the shitake and the peacock.",
    ],
)
def test_innocent_strings_are_left_alone(tagger, text):
    assert spans_of(tagger, text) == []


def test_plain_words_and_names(tagger):
    (span,) = spans_of(tagger, "Bullshit. Dick Cheney never said that.")
    assert (span.surface, span.canonical, span.kind) == ("Bullshit", "bullshit", "plain")
    stretched = spans_of(tagger, "fuuuuck this")
    assert [(s.canonical, s.kind) for s in stretched] == [("fuck", "plain")]


def test_ambiguous_plain_words_are_read_in_context(tagger):
    assert [s.surface for s in spans_of(tagger, "Get off your fat ass, you stupid dick.")] == ["ass", "dick"]
    assert spans_of(tagger, "Senator Dick Durbin met Dick Cheney and spoke of Moby Dick.") == []


def test_emphasis_is_not_a_mask(tagger):
    for text in ("This is *shit* and you know it.", "This is **shit** and you know it."):
        assert [(s.surface, s.kind) for s in spans_of(tagger, text)] == [("shit", "plain")]


def test_offsets_point_into_the_raw_text(tagger):
    text = "😀👩\u200d👩\u200d👧 caf\u0065\u0301 ﬁne, \u200bthis f\u0301**k\u200bing ｓｈ１ｔ is \u202eodd"
    spans = spans_of(tagger, text)
    assert [s.canonical for s in spans] == ["fucking", "shit"]
    for span in spans:
        assert text[span.start : span.end] == span.surface
    assert spans[1].surface == "ｓｈ１ｔ"


def test_normalise_keeps_a_way_back():
    text = "A\u0301b\u200bс ＦＵ\ud800😀"
    normal = normalise(text)
    assert normal.text == "abc fu\ud800😀"
    assert [text[a:b] for a, b in zip(normal.starts, normal.ends, strict=True)] == [
        "A\u0301", "b", "с", " ", "Ｆ", "Ｕ", "\ud800", "😀",
    ]  # fmt: skip


def test_cover_touches_nothing_else(tagger):
    text = "\tWhat the f**k,\n\n  Bob?  This is f u c k ing bullshit —  a*b ≠ **c** 😀\u200b "
    batch = tagger.predict([Reading("c", text)])
    covered = batch.columns["text_masked"][0]
    inside = {i for s in batch.spans for i in range(s.start + 1, s.end)}
    assert len(covered) == len(text)
    assert all(covered[i] == text[i] for i in range(len(text)) if i not in inside)
    assert all(covered[i] == "*" or text[i].isspace() for i in inside)
    assert "bullshit" not in covered and "b*******" in covered
    assert cover("no spans\x00", []) == "no spans\x00"


def test_columns_count_masked_only(tagger):
    texts = ["bullshit", "bullsh*t and sh*t and shit", "", "fine"]
    batch = tagger.predict([Reading(str(i), t) for i, t in enumerate(texts)])
    assert batch.columns["n_masked"] == [0, 2, 0, 0]
    assert [s.comment_id for s in batch.spans] == ["0", "1", "1", "1"]
    assert all(len(c) == len(t) for c, t in zip(batch.columns["text_masked"], texts, strict=True))
    assert tagger.predict([]).columns == {"n_masked": [], "text_masked": []}


def test_order_and_batch_do_not_matter(tagger):
    texts = [f"Reader {i} says the {w} plan is {m}, " + "really " * (i % 7) for i, (w, m) in enumerate(
        [("new", "b.s"), ("old", "sh*t"), ("damn", "a**"), ("first", "f#cked"), ("last", "****"), ("hell", "cr@p")] * 4)]  # fmt: skip
    whole = tagger.predict([Reading(str(i), t) for i, t in enumerate(texts)]).spans
    order = list(reversed(range(len(texts))))
    turned = tagger.predict([Reading(str(i), texts[i]) for i in order]).spans
    single = [s for i, t in enumerate(texts) for s in tagger.predict([Reading(str(i), t)]).spans]
    assert whole
    for other in (turned, single):
        ours = {(s.comment_id, s.start): s for s in other}
        assert ours.keys() == {(s.comment_id, s.start) for s in whole}
        for span in whole:
            twin = ours[span.comment_id, span.start]
            assert (twin.canonical, twin.kind) == (span.canonical, span.kind)
            assert twin.probability == pytest.approx(span.probability, abs=1e-4)


@pytest.mark.parametrize("unit", ["*", "a$", "f*", "a.", "s*** ", "f u c k ", "@$$", "$#@!% ", "sh\u0301it "])
def test_giant_lines_finish(tagger, unit):
    text = unit * (150_000 // len(unit))
    started = time.perf_counter()
    batch = tagger.predict([Reading("c", text)])
    assert time.perf_counter() - started < 20
    assert len(batch.columns["text_masked"][0]) == len(text)


@settings(max_examples=120, deadline=None)
@given(
    st.text(
        alphabet=st.sampled_from("fuckshitasbe*#$@!.- \n\u200b\u0301😀İß\ud800\x1b0157'&;<>"), max_size=60
    )
)
def test_any_text_keeps_the_contract(text):
    tagger = _shared()
    batch = tagger.predict([Reading("c", text)])
    end = 0
    for span in batch.spans:
        assert end <= span.start < span.end <= len(text)
        assert span.surface == text[span.start : span.end]
        assert 0.0 <= span.probability <= 1.0
        assert span.canonical is None or span.canonical in tagger.lexicon.forms
        end = span.end
    assert batch.columns["n_masked"] == [sum(s.kind == "masked" for s in batch.spans)]


def _shared(cache: list = []) -> ProfanityTagger:  # noqa: B006
    if not cache:
        cache.append(ProfanityTagger.load(str(MODEL)))
    return cache[0]


def test_search_names_inflections_and_compounds(lexicon):
    found = words_behind(lexicon, "f***ing motherf**kers bat-sh*t dipsh!ts a**hole b****")
    assert found["f***ing"][0] == "fucking"
    assert found["motherf**kers"] == ["motherfuckers"]
    assert found["bat-sh*t"][0] == "batshit"
    assert found["dipsh!ts"] == ["dipshits"]
    assert "asshole" in found["a**hole"]
    assert "bitch" in found["b****"]


def test_search_skips_handles_addresses_and_entities(lexicon):
    assert words_behind(lexicon, "@ssmith @shitstorm99 me@ass.com www.shit.com/a &shy; &nbsp;") == {}
    assert words_behind(lexicon, "&nbsp;sh*t&#8217;") == {"sh*t": ["shit"]}


def test_encoding_bounds_and_unknown_characters():
    vocab = vocabulary()
    text = "x" * 500 + "f**k" + "中😀\x00" * 100
    ids, kinds = encode(text, 500, 504, vocab)
    assert len(ids) == len(kinds) == 64 + 4 + 64 + 3
    assert sum(kinds) == 4
    assert max(ids) < len(vocab)
    assert vocab["[UNK]"] not in ids


def test_damaged_models_say_so(tmp_path):
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(ModelError, match="lexicon"):
        ProfanityTagger.load(str(tmp_path))
    (tmp_path / "lexicon.json").write_text('{"roots": {}}')
    with pytest.raises(ModelError, match="lexicon.json is damaged"):
        ProfanityTagger.load(str(tmp_path))
    (tmp_path / "lexicon.json").write_bytes((MODEL / "lexicon.json").read_bytes())
    with pytest.raises(ModelError, match="vocab.json"):
        ProfanityTagger.load(str(tmp_path))
    (tmp_path / "vocab.json").write_bytes((MODEL / "vocab.json").read_bytes())
    with pytest.raises(ModelError, match="could not be loaded"):
        ProfanityTagger.load(str(tmp_path))


def test_severity_of_words(lexicon):
    assert lexicon.severity("damn") < lexicon.severity("fucking") < lexicon.severity("nigger")
    assert lexicon.severity("nonsense") is None


def test_what_no_letter_is_left_of_has_odds_of_its_own(tagger):
    text = "Why don't you shut the **** up and let her speak?"

    def probability(**prior):
        return ProfanityTagger(tagger.lexicon, tagger.model, Decision(**prior)).likeliest([text])[0]

    assert probability(prior_masked=-9, prior_plain=-9) == probability() > 2 * probability(prior_covered=-9)


def test_a_temperature_flattens_probabilities(tagger):
    item = ("What the f**k were they thinking?", 9, 13)
    sharp, flat = (np.log(tagger.model.probabilities([item], t)[0]) for t in (1.0, 2.0))
    np.testing.assert_allclose(flat - flat[0], (sharp - sharp[0]) / 2, atol=1e-3)


def test_padding_changes_no_probability(tagger):
    items = [("sh*t", 0, 4), ("What the f**k were they thinking when they built this road?", 9, 13)]
    together = tagger.model.probabilities(items)
    alone = np.concatenate([tagger.model.probabilities([item]) for item in items])
    np.testing.assert_allclose(together, alone, atol=1e-5)
