"""comments:analyze: Perspective's requests, answers and errors."""

import json

import pytest
from serve_stubs import number
from serving import ANALYZE

ALL = ("TOXICITY", "SEVERE_TOXICITY", "INSULT", "PROFANITY", "THREAT", "IDENTITY_ATTACK")
TEXT = "What kind of idiot name is foo? Sorry, I like your name."


def details(answer):
    return answer["error"]["details"][0]


def test_scores_of_all_six_attributes(served):
    status, _, answer = served.analyze(TEXT, *ALL, languages=["en"], doNotStore=True, sessionId="s")
    assert status == 200
    assert set(answer["attributeScores"]) == set(ALL)
    for name in ALL:
        score = answer["attributeScores"][name]["summaryScore"]
        assert score["type"] == "PROBABILITY"
        expected = 0.0 if name == "PROFANITY" else number(name.lower(), TEXT)
        assert score["value"] == pytest.approx(expected, abs=1e-6)
        whole = {"begin": 0, "end": len(TEXT), "score": score}
        assert answer["attributeScores"][name]["spanScores"] == [whole]
    assert answer["languages"] == answer["detectedLanguages"] == ["en"]
    assert "clientToken" not in answer


def test_profanity_comes_from_the_profanity_tagger(served):
    _, _, answer = served.analyze("damn it", "PROFANITY")
    assert answer["attributeScores"]["PROFANITY"]["summaryScore"]["value"] == 0.9


def test_names_with_underscores_and_nulls_are_read_as_googles_json_is(served):
    body = {"comment": {"text": TEXT, "type": None}, "requested_attributes": {"TOXICITY": None}}
    body |= {"client_token": "t", "context": None, "languages": [], "no_such_field": 1}
    status, _, answer = served.ask("POST", ANALYZE, body)
    assert status == 200
    assert answer["clientToken"] == "t"


def test_spans_are_sentences_in_utf16_units(served):
    text = "😀 one two. Three, e.g. this. Dr. Who said no! yes\n\n  last \ud83d\ude00 one"
    _, _, answer = served.analyze(text, spanAnnotations=True)
    spans = answer["attributeScores"]["TOXICITY"]["spanScores"]
    units = text.encode("utf-16-le", "surrogatepass")
    said = [units[2 * s["begin"] : 2 * s["end"]].decode("utf-16-le") for s in spans]
    assert said == ["😀 one two.", "Three, e.g. this.", "Dr. Who said no!", "yes", "last 😀 one"]
    for sentence, span in zip(said, spans, strict=True):
        assert span["score"]["value"] == pytest.approx(number("toxicity", sentence), abs=1e-6)


def test_a_text_of_very_many_sentences_has_spans_over_all_of_it(served):
    text = "no! " * 5000
    status, _, answer = served.analyze(text, spanAnnotations=True)
    spans = answer["attributeScores"]["TOXICITY"]["spanScores"]
    assert status == 200
    assert len(spans) == 100
    assert spans[0]["begin"] == 0
    assert spans[-1]["end"] == len(text) - 1


def test_scores_below_the_threshold_are_left_out(served):
    value = number("toxicity", TEXT)
    for threshold, there in ((value - 0.01, True), (value + 0.01, False)):
        wanted = {"TOXICITY": {"scoreThreshold": threshold}, "INSULT": {}}
        _, _, answer = served.analyze(TEXT, requestedAttributes=wanted)
        assert ("summaryScore" in answer["attributeScores"]["TOXICITY"]) is there
        assert "summaryScore" in answer["attributeScores"]["INSULT"]


def test_context_is_taken_in_either_form_but_not_both(served):
    entries = {"entries": [{"text": "the article", "type": "PLAIN_TEXT"}]}
    older = {"articleAndParentComment": {"article": {"text": "a"}, "parentComment": {"text": "b"}}}
    for context in (entries, older):
        assert served.analyze(TEXT, context=context)[0] == 200
    status, _, answer = served.analyze(TEXT, context=entries | older)
    assert status == 400
    assert "both fields were populated" in answer["error"]["message"]


@pytest.mark.parametrize(
    ("change", "message", "kind"),
    [
        ({"comment": {"text": ""}}, "Comment must be non-empty.", "COMMENT_EMPTY"),
        ({"comment": {"text": " \n"}}, "Comment must be non-empty.", "COMMENT_EMPTY"),
        ({"comment": None}, "Comment must be non-empty.", "COMMENT_EMPTY"),
        ({"comment": {"text": "é" * 10241}}, "Comment text too long.", "COMMENT_TOO_LONG"),
        ({"requestedAttributes": {}}, "Missing requested_attributes", "NO_REQUESTED_ATTRIBUTES"),
        (
            {"languages": ["es", "fr"]},
            "Attribute TOXICITY does not support request languages: es, fr",
            "LANGUAGE_NOT_SUPPORTED_BY_ATTRIBUTE",
        ),
        (
            {"comment": {"text": "a", "type": "HTML"}},
            "Currently, only 'PLAIN_TEXT' comments are supported",
            "INVALID_REQUEST",
        ),
        ({"comment": {"text": "a", "type": "X"}}, "Unknown text type", "INVALID_REQUEST"),
        (
            {"requestedAttributes": {"TOXICITY": {"scoreType": "RAW"}}},
            "Requested score type RAW is not supported by attribute TOXICITY",
            "INVALID_REQUEST",
        ),
    ],
)
def test_errors_are_perspectives(served, change, message, kind):
    status, _, answer = served.analyze(TEXT, **change)
    assert status == answer["error"]["code"] == 400
    assert answer["error"]["status"] == "INVALID_ARGUMENT"
    assert answer["error"]["message"] == message
    assert details(answer)["errorType"] == kind
    assert details(answer)["@type"] == "type.googleapis.com/google.commentanalyzer.v1alpha1.Error"


def test_an_attribute_that_is_not_ours_is_refused_with_those_that_are(served):
    status, _, answer = served.analyze(TEXT, "FLIRTATION")
    assert status == 400
    assert answer["error"]["message"].startswith(
        "Unknown requested attribute: FLIRTATION. There are TOXICITY,"
    )


def test_languages_asked_for_with_english_among_them(served):
    for languages in (["en"], ["es", "en"], ["en-US"], ["EN"]):
        status, _, answer = served.analyze(TEXT, languages=languages)
        assert status == 200
        assert answer["languages"] == languages
    _, _, answer = served.analyze(TEXT, "INSULT", languages=["ja"])
    found = details(answer)["languageNotSupportedByAttributeError"]
    assert found == {"requestedLanguages": ["ja"], "attribute": "INSULT"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no json",
        b'{"comment": {"text": "a"}',
        b'{"comment": {"text": "\xff\xfe"}, "requestedAttributes": {"TOXICITY": {}}}',
        b"[" * 100_000,
        b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
        b"[]",
        b"null",
        b'{"comment": {"text": NaN}}',
        b'{"comment": 5}',
        b'{"comment": {"text": ["a"]}}',
        b'{"comment": {"text": "a"}, "requestedAttributes": ["TOXICITY"]}',
        b'{"comment": {"text": "a"}, "requestedAttributes": {"TOXICITY": {"scoreThreshold": "x"}}}',
        b'{"comment": {"text": "a"}, "requestedAttributes": {"TOXICITY": {}}, "languages": "en"}',
        b'{"comment": {"text": "a"}, "requestedAttributes": {"TOXICITY": {}}, "spanAnnotations": 7}',
    ],
)
def test_bodies_of_the_wrong_shape_get_one_clear_answer(served, body):
    status, _, answer = served.ask("POST", ANALYZE, body)
    assert status == 400
    assert answer["error"]["status"] == "INVALID_ARGUMENT"
    assert "\n" not in answer["error"]["message"]


def test_half_an_emoji_is_scored(served):
    body = b'{"comment": {"text": "cut \\ud83d"}, "requestedAttributes": {"TOXICITY": {}}, "clientToken": "\\udc00"}'
    status, _, answer = served.ask("POST", ANALYZE, body)
    assert status == 200
    assert answer["clientToken"] == "\ufffd"


def test_a_text_that_no_tagger_can_read_spoils_no_other(served):
    from concurrent.futures import ThreadPoolExecutor

    texts = ["POISON pill"] + [f"text {i}" for i in range(20)]
    with ThreadPoolExecutor(21) as pool:
        answers = list(pool.map(served.analyze, texts))
    assert answers[0][0] == 500
    assert answers[0][2]["error"]["message"] == "The comment could not be scored (RuntimeError)."
    assert [status for status, *_ in answers[1:]] == [200] * 20


def test_unknown_paths_and_methods_are_errors_of_the_same_shape(served):
    for method, path, code in (("GET", "/nothing", 404), ("GET", ANALYZE, 405), ("POST", "/v1/x:y", 404)):
        status, _, answer = served.ask(method, path)
        assert status == answer["error"]["code"] == code


def test_the_openapi_document_describes_every_route(served):
    _, _, document = served.ask("GET", "/openapi.json")
    assert set(document["paths"]) == {
        ANALYZE, "/v1alpha1/comments:suggestscore", "/v1/tag", "/healthz"
    }  # fmt: skip
    text = json.dumps(document)
    for name in {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}:
        assert name in document["components"]["schemas"]
