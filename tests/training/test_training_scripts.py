"""The training scripts where they can go wrong without a word: rates, hold-outs, batches, teachers."""

import random
import sys
import time
from pathlib import Path

import pytest
import torch

SCRIPTS = Path(__file__).parents[2] / "scripts"


@pytest.fixture(autouse=True)
def on_path(monkeypatch):
    monkeypatch.syspath_prepend(str(SCRIPTS))
    yield
    for name in ("training", "stance_data", "train_stance", "train_structure", "flatten"):
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
    for row in pairs("toxicity_pairs_valid.tsv"):
        own = frozenset(row.text.lower().split())
        assert max(len(own & other) / len(own | other) for other in trained) < 0.6, row.text


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
