"""The training scripts where they can go wrong without a word: rates, hold-outs, batches, teachers."""

import random
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import torch

SCRIPTS = Path(__file__).parents[2] / "scripts"


@pytest.fixture(autouse=True)
def on_path(monkeypatch):
    monkeypatch.syspath_prepend(str(SCRIPTS))
    yield
    for name in (
        "training", "stance_data", "train_stance", "train_structure", "flatten",
        "toxicity_data", "toxicity_masks", "toxicity_sentences", "train_toxicity",
    ):  # fmt: skip
        sys.modules.pop(name, None)


def loop(folder, steps, **options):
    from training import Loop

    model = torch.nn.Linear(2, 1)
    rates = []

    def loss(batch):
        rates.append(trainer.optimizer.param_groups[0]["lr"])
        return model(torch.ones(1, 2)).pow(2).sum()

    groups = [{"params": model.parameters(), "lr": 1.0}]
    trainer = Loop(
        groups, loss, state={"m": model}, checkpoint=folder / "c.pt", steps=steps, log_every=1000, **options
    )
    return trainer, rates


def test_the_rate_warms_up_once_and_decays_to_nearly_nothing(tmp_path):
    trainer, rates = loop(tmp_path, 100)
    trainer.run(range(100))
    peak = rates.index(max(rates))
    assert max(rates) <= 1.0 and 4 <= peak <= 7
    assert rates == sorted(rates[:peak]) + sorted(rates[peak:], reverse=True)
    assert rates[-1] < 0.02


def test_a_training_goes_on_where_it_was(tmp_path):
    trainer, rates = loop(tmp_path, 10)
    trainer.run(range(6))
    trainer.save()
    again, later = loop(tmp_path, 10)
    again.run(range(10))
    assert again.step == 10 and len(later) == 4
    assert later[0] < rates[-1]


def test_waiting_for_batches_is_not_training_time(tmp_path):
    def slowly():
        time.sleep(0.5)
        yield from range(5)

    trainer, rates = loop(tmp_path, 5, minutes=0.4 / 60)
    trainer.run(slowly())
    assert len(rates) == 5 and trainer.spent < 0.4


def test_batches_that_end_early_are_reported(tmp_path, capsys):
    trainer, _ = loop(tmp_path, 10)
    trainer.run(range(3))
    assert "ended at step 3 of 10" in capsys.readouterr().out


def test_written_threads_turn_with_their_target():
    from stance_data import ARTICLE, STANCE, written_threads

    examples = [e for e in written_threads("positions_threads_valid.tsv") if e.head == ARTICLE]
    first = [e for e in examples if e.group == examples[0].group]
    sides: dict[str, list[int]] = {}
    for e in first:
        sides.setdefault(e.second, []).append(e.label)
    assert len(sides) == 8
    favor, against, none = STANCE["favor"], STANCE["against"], STANCE["none"]
    assert sorted(map(sorted, sides.values())) == sorted([[favor, against]] * 6 + [[none, none]] * 2)


def test_positions_to_measure_with_are_not_those_to_train_on():
    def positions(name):
        rows = (SCRIPTS / "labels" / name).read_text(encoding="utf-8").splitlines()
        return [frozenset(text.lower().strip(".").split()) for row in rows for text in row.split("\t")[:2]]

    trained = positions("positions.tsv") + positions("positions_threads.tsv")
    for name in ("positions_valid.tsv", "positions_threads_valid.tsv"):
        for one in positions(name):
            assert max(len(one & other) / len(one | other) for other in trained) < 0.75, one


def test_pairs_to_validate_with_are_not_those_to_train_on():
    from toxicity_data import pairs

    trained = [frozenset(r.text.lower().split()) for r in pairs("toxicity_pairs.tsv")]
    valid = pairs("toxicity_pairs_valid.tsv")
    assert len(trained) == 2 * 2870 and len(valid) == 2 * 300
    assert [r.labels[0] for r in valid[:4]] == [0, 1, 0, 1]
    for row in valid:
        own = frozenset(row.text.lower().split())
        assert max(len(own & other) / len(own | other) for other in trained) < 0.6, row.text


def test_written_texts_learn_from_their_labels_and_unlabelled_ones_from_the_teacher_alone():
    from toxicity_data import Row
    from train_toxicity import taught_share

    known, unknown = (0.0,) * 6, (None,) * 6
    shares = [
        taught_share(Row("a", labels, source, "g"), 0.7)
        for labels, source in (
            (known, "pairs"),
            (known, "jigsaw"),
            ((None, 1.0, *unknown[2:]), "x"),
            (unknown, "unlabelled"),
        )
    ]
    assert shares == [0.0, 0.7, 0.7, 1.0]


def test_both_passes_draw_the_same_rows_of_a_set():
    from toxicity_data import Data, Row, passes

    def rows(name):
        return [Row(f"{name} {i}", (0.0,) * 6, name, str(i)) for i in range(40)]

    data = Data({name: rows(name) for name in ("threads", "ours", "jigsaw", "pairs")}, {}, {})
    first, second = passes(data, {}, near=0.5, far=0.25)
    assert (
        sorted(r.source for r in first) == ["jigsaw"] * 10 + ["ours"] * 20 + ["pairs"] * 40 + ["threads"] * 20
    )
    assert {r.group for r in second if r.source == "threads"} == {
        r.group for r in first if r.source == "threads"
    }
    assert sum(r.source == "pairs" for r in second) == 40


def test_odd_spelling_hides_no_meaning_from_the_teacher():
    from toxicity_data import Data, Row, passes

    texts = [f"what a lovely garden number {i} was" for i in range(300)] + ["you damned fool"] * 100
    rows = [Row(text, (0.0,) * 6, "pairs", str(i)) for i, text in enumerate(texts)]
    first, _ = passes(Data({"pairs": rows}, {}, {}), {"fool": "insults"})
    assert [r.plain for r in first] == texts
    changed = [r for r in first if r.text != r.plain]
    harmless = [r for r in changed if "fool" not in r.plain]
    assert 10 < len(harmless) < 50 and 10 < len(changed) - len(harmless) < 40
    assert all("fool" not in r.text for r in changed if r not in harmless)


def test_pairs_say_what_else_their_toxic_comment_is():
    from toxicity_data import pairs

    from discourse.schema import TOXICITY_LABELS

    kinds = {r.group: dict(zip(TOXICITY_LABELS, r.labels, strict=True)) for r in pairs("toxicity_pairs.tsv")}
    assert kinds["threat"]["threat"] == 1 and kinds["threat"]["identity_attack"] is None
    assert kinds["calm"]["identity_attack"] == 1 and kinds["calm"]["toxicity"] == 1
    assert kinds["scorn"]["toxicity"] == 1 and kinds["scorn"]["threat"] is None


def test_batches_give_each_input_its_own_logits():
    from types import SimpleNamespace

    from training import batch_logits

    class Model:
        device = torch.device("cpu")

        def __call__(self, input_ids, attention_mask):
            kept = input_ids * attention_mask
            return SimpleNamespace(logits=torch.stack([kept.sum(1), attention_mask.sum(1)], 1).float())

    class Tokenizer:
        @staticmethod
        def pad(encoded, return_tensors):
            width = max(len(e["input_ids"]) for e in encoded)
            ids = [e["input_ids"] + [0] * (width - len(e["input_ids"])) for e in encoded]
            mask = [[1] * len(e["input_ids"]) + [0] * (width - len(e["input_ids"])) for e in encoded]
            inputs = {"input_ids": torch.tensor(ids), "attention_mask": torch.tensor(mask)}
            return type("Inputs", (dict,), {"to": lambda self, device: self})(inputs)

    encoded = [{"input_ids": [i] * (1 + i % 90)} for i in range(1, 200)]
    found = {}
    for places, logits in batch_logits(Model(), Tokenizer, encoded):
        assert not logits.requires_grad and sum(len(encoded[i]["input_ids"]) for i in places) <= 3000
        found |= dict(zip(places, logits.tolist(), strict=True))
    assert found == {
        i: [float(sum(e["input_ids"])), float(len(e["input_ids"]))] for i, e in enumerate(encoded)
    }


def test_stretches_are_read_alike_alone_and_together():
    from train_structure import Stretch, read

    class Encoder(torch.nn.Module):
        device = torch.device("cpu")

        def forward(self, input_ids, attention_mask):
            class Out:
                last_hidden_state = torch.nn.functional.one_hot(input_ids, 64).float()

            return Out

    rng = random.Random(1)

    def stretch():
        rows = [[rng.randint(4, 63) for _ in range(rng.randint(1, 9))] for _ in range(rng.randint(3, 12))]
        cut = rng.randint(1, len(rows) - 1)
        windows = [list(range(cut)), list(range(cut, len(rows)))]
        return Stretch(rows, [0] * len(rows), [-1], 1, False, windows, False, "")

    batch = [stretch() for _ in range(5)]
    together = read(Encoder(), (1, 2, 0), batch)
    for one, vectors in zip(batch, together, strict=True):
        torch.testing.assert_close(vectors, read(Encoder(), (1, 2, 0), [one])[0])
        assert len(vectors) == len(one.rows)
        for row, vector in zip(one.rows, vectors, strict=True):
            assert vector[row[0]] == pytest.approx(row.count(row[0]) / (len(row) + 1))


def test_a_teacher_that_was_not_trained_is_refused():
    from train_stance import taught_by

    from discourse.nn.store import resolve

    with pytest.raises(SystemExit, match="no teacher"):
        taught_by([resolve(None, "toxicity").path], [], 64, "cpu")


def test_a_label_leans_on_others_in_the_weights_themselves():
    from train_toxicity import lean

    model = torch.nn.Module()
    model.classifier = torch.nn.Linear(4, 6)
    model.device = torch.device("cpu")
    hidden = torch.randn(3, 4)
    before = model.classifier(hidden)
    lean(model, [("toxicity", "obscene", 0.1), ("toxicity", "insult", 0.15), ("insult", "toxicity", 1.0)])
    after = model.classifier(hidden)
    toxicity = (before[:, 0] + 0.1 * before[:, 2] + 0.15 * before[:, 4]) / 1.25
    assert torch.allclose(after[:, 0], toxicity, atol=1e-5)
    assert torch.allclose(after[:, 4], (before[:, 0] + before[:, 4]) / 2, atol=1e-5)
    assert torch.allclose(after[:, [1, 2, 3, 5]], before[:, [1, 2, 3, 5]], atol=1e-5)
    with pytest.raises(ValueError, match="twice"):
        lean(model, [("toxicity", "obscene", 0.1), ("toxicity", "obscene", 0.2)])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "toxicity",
        "toxicity=1",
        "toxicity:toxicity=1",
        "rude:insult=1",
        "insult:toxicity=-1",
        "insult:threat=inf",
        "insult:threat=nan",
        "a:b=c",
    ],
)
def test_what_is_no_share_is_refused(text):
    import argparse

    from train_toxicity import read_share

    with pytest.raises(argparse.ArgumentTypeError, match="LABEL:OTHER=WEIGHT"):
        read_share(text)
    assert read_share("toxicity:obscene=0.1") == ("toxicity", "obscene", 0.1)


def test_the_threshold_is_where_f1_is_largest_and_not_an_accident_of_one_row():
    from train_toxicity import f1, steady_threshold

    rng = np.random.default_rng(1)
    p = rng.random(2000)
    gold = p > 0.6
    assert abs(steady_threshold(p, gold) - 0.6) < 0.011
    grid, alone, steady = np.arange(0.1, 0.9, 0.01), [], []
    for _ in range(
        12
    ):  # samples of one population: the peak of each jumps about, the mean over its resamples less so
        p = rng.random(300)
        noisy = rng.random(300) < p**2
        best = max(f1(p >= t, noisy) for t in grid)
        alone.append(next(t for t in grid if f1(p >= t, noisy) == best))
        steady.append(steady_threshold(p, noisy))
        assert f1(p >= steady[-1], noisy) > best - 0.06
    assert np.std(steady) < 0.8 * np.std(alone)
    with pytest.raises(ValueError, match="one label"):
        steady_threshold(p, np.zeros(300, bool))


def test_even_a_calibrated_model_shows_an_error_on_few_rows():
    import numpy as np
    from training import error_of_calibrated, expected_calibration_error

    rng = np.random.default_rng(0)
    few, many = rng.uniform(0.4, 0.9, 150), rng.uniform(0.4, 0.9, 20_000)
    assert error_of_calibrated(few)["mean"] > 0.05 > 5 * error_of_calibrated(many)["mean"]
    found = [expected_calibration_error(few, rng.random(150) < few) for _ in range(400)]
    stated = error_of_calibrated(few)
    assert abs(np.mean(found) - stated["mean"]) < 0.005 and np.mean(np.array(found) > stated["high"]) < 0.06
    assert expected_calibration_error(few, rng.random(150) < few - 0.3) > stated["high"]


def test_another_authors_classifier_is_taken_from_its_folder(tmp_path):
    from packaged import packaged, version

    (tmp_path / "word_check_of_others.py").write_text(
        "def predict_prob(texts): return [len(t) / 100 for t in texts]\n"
    )
    folder = tmp_path / "word_check_of_others-2.3.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: word-check-of-others\nVersion: 2.3\n")
    assert packaged(tmp_path, "word_check_of_others").predict_prob(["ten chars."]) == [0.1]
    assert version(tmp_path, "word-check-of-others") == "2.3" and version(tmp_path, "other") is None
    with pytest.raises(ImportError, match="not the one in"):
        packaged(tmp_path, "json")
    with pytest.raises(ImportError):
        packaged(tmp_path, "no_such_module_anywhere")
