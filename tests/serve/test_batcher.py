"""Texts of many requests in batches: together where they are short, alone where they are long, never lost."""

import asyncio
import threading

import pytest

from discourse.schema import ModelError
from discourse.serve.batcher import BATCH, Batcher, Busy, isolated
from discourse.serve.cache import Scores
from discourse.serve.errors import ApiError
from discourse.serve.limits import MOST_AT_A_TIME, Bodies


class Slow:
    """Answers with lengths once it is let go; remembers what it was asked together."""

    def __init__(self):
        self.go, self.batches = threading.Event(), []

    def __call__(self, texts):
        self.go.wait(10)
        self.batches.append(list(texts))
        return [len(text) for text in texts]


@pytest.fixture
def slow():
    return Slow()


@pytest.fixture
def batcher(slow):
    made = Batcher({"length": slow}, longest_wait=1000)
    yield made
    slow.go.set()
    made.close()


def test_short_texts_go_together_and_long_ones_alone(batcher, slow):
    first = batcher.submit([("length", "first")])
    texts = ["short"] * 100 + ["x" * 20_000, "y" * 20_000] + ["short"] * 3
    futures = batcher.submit([("length", text) for text in texts])
    slow.go.set()
    assert [f.result(10) for f in first + futures] == [5, *map(len, texts)]
    assert max(map(len, slow.batches)) <= BATCH
    assert [b for b in slow.batches if "x" in b[0] or "y" in b[0]] == [["x" * 20_000], ["y" * 20_000]]


def test_what_waits_too_long_is_refused_whole_and_what_waits_is_answered_at_the_end(slow):
    batcher = Batcher({"length": slow}, longest_wait=0.001)
    taken = batcher.submit([("length", "x" * 1000)])
    with pytest.raises(Busy) as caught:
        batcher.submit([("length", "a"), ("length", "b")])
    assert caught.value.seconds > 0
    threading.Timer(0.1, slow.go.set).start()
    batcher.close()
    assert taken[0].result(0) == 1000
    assert [text for batch in slow.batches for text in batch] == ["x" * 1000]
    with pytest.raises(Busy):
        batcher.submit([("length", "after the end")])


def test_a_bad_text_is_found_among_good_ones():
    def ask(texts):
        if "bad" in texts:
            raise ValueError("no")
        return [t.upper() for t in texts]

    found = isolated(ask, ["a", "b", "bad", "c"])
    assert [found[0], found[1], found[3]] == ["A", "B", "C"]
    assert isinstance(found[2], ValueError)


def test_a_broken_model_answers_nobody_and_stops_nothing():
    def ask(texts):
        raise ModelError("gone")

    batcher = Batcher({"length": ask})
    for _ in range(2):
        with pytest.raises(ModelError):
            batcher.submit([("length", "a")])[0].result(10)
    batcher.close()


def test_equal_texts_are_asked_once_and_remembered_up_to_a_number(batcher, slow):
    slow.go.set()

    async def ask():
        scores = Scores(batcher, held=2)
        both = await asyncio.gather(*(scores.get([("length", "same"), ("length", "same")]) for _ in range(3)))
        assert both == [[4, 4]] * 3
        for text in ("one", "two", "three", "one"):
            await scores.get([("length", text)])
        return scores

    scores = asyncio.run(ask())
    assert [text for batch in slow.batches for text in batch] == ["same", "one", "two", "three", "one"]
    assert len(scores._known) == 2
    assert not scores._asked


def test_what_is_answered_waits_no_longer(batcher, slow):
    futures = batcher.submit([("length", "x" * 1000)] * 3)
    assert batcher.wait > 0
    slow.go.set()
    assert [f.result(10) for f in futures] == [1000] * 3 and batcher.wait == 0


def test_one_text_asked_of_two_taggers_has_an_answer_of_each(slow):
    slow.go.set()
    batcher = Batcher({"length": slow, "shout": lambda texts: [t.upper() for t in texts]})
    scores = Scores(batcher)
    for _ in range(2):
        assert asyncio.run(scores.get([("length", "same"), ("shout", "same")])) == [4, "SAME"]
    batcher.close()


def test_all_bodies_together_have_a_limit():
    async def run():
        bodies = Bodies(MOST_AT_A_TIME, 5)

        async def held():
            first = True

            async def receive():
                nonlocal first
                if first:
                    first = False
                    return {"type": "http.request", "body": b"x" * (MOST_AT_A_TIME - 10), "more_body": True}
                return await asyncio.sleep(60)

            await bodies.read(receive)

        holding = asyncio.create_task(held())
        await asyncio.sleep(0.05)

        async def small():
            return {"type": "http.request", "body": b"y" * 20}

        with pytest.raises(ApiError) as caught:
            await bodies.read(small)
        assert caught.value.code == 429
        holding.cancel()
        await asyncio.gather(holding, return_exceptions=True)
        assert await bodies.read(small) == b"y" * 20

    asyncio.run(run())
