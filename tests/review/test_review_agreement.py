"""Agreement with people: figures computed by hand, and what is left out."""

import json

import numpy as np
import pyarrow.parquet as pq
import pytest
from review_samples import annotated, write

from discourse.evaluate import metrics
from discourse.review import agreement, import_file
from discourse.schema import UnreadableSource


def test_kappa_by_hand():
    # observed (20 + 15) / 50 = 0.7; by chance 0.6 x 0.5 + 0.4 x 0.5 = 0.5; (0.7 - 0.5) / (1 - 0.5)
    assert metrics.kappa(np.array([[20, 10], [5, 15]])) == pytest.approx(0.4)
    assert metrics.kappa(np.array([[5, 0], [0, 5]])) == 1
    assert np.isnan(metrics.kappa(np.array([[9, 0], [0, 0]]))) and np.isnan(metrics.kappa(np.zeros((2, 2))))


def test_alpha_as_krippendorff_works_it_out():
    # Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability", section C: 4 observers, 12 units
    said = """1 2 3 3 2 1 4 1 2 . . .
              1 2 3 3 2 2 4 1 2 5 . 3
              . 3 3 3 2 3 4 2 2 5 1 .
              1 2 3 3 2 4 4 1 2 5 1 ."""
    table = [line.split() for line in said.splitlines()]
    counts = np.array(
        [[sum(row[u] == str(v) for row in table) for v in range(1, 6)] for u in range(12)], float
    )
    assert metrics.alpha(counts) == pytest.approx(0.743, abs=0.0005)
    assert metrics.alpha(np.array([[2.0, 0], [0, 2.0]])) == 1
    assert np.isnan(metrics.alpha(np.array([[1.0, 0], [0, 1.0]])))


@pytest.fixture
def judged(run, tasks, comments, tmp_path):
    """50 comments: of 25 toxic ones a person confirms 20, of 25 others calls 10 toxic."""
    by_id = {(t["data"]["article_id"], t["data"]["comment_id"]): t for t in tasks}
    toxic, others = (
        [by_id[k] for k in zip(part.article_id, part.comment_id, strict=True)][:25]
        for part in (comments[comments.toxic], comments[~comments.toxic])
    )
    assert len(toxic) == len(others) == 25
    said = ["toxic"] * 20 + ["not toxic"] * 5 + ["toxic"] * 10 + ["not toxic"] * 15
    made = [annotated(t, i, toxic=s) for i, (t, s) in enumerate(zip(toxic + others, said, strict=True))]
    import_file(write(tmp_path / "a.json", made), run)
    return run, toxic + others, made


def test_our_tags_against_people_as_computed_by_hand(judged):
    figures = agreement(judged[0])
    own = figures["questions"]["toxic"]
    assert own["confusion"] == {"labels": ["toxic", "not toxic"], "counts": [[20, 10], [5, 15]]}
    assert own["kappa"]["value"] == 0.4 and own["accuracy"]["value"] == 0.7
    assert own["kappa"]["low"] < 0.4 < own["kappa"]["high"]
    assert own["labels"]["toxic"]["precision"]["value"] == 0.8  # 20 of 25 found
    assert own["labels"]["toxic"]["recall"]["value"] == 0.6667  # 20 of 30 that are
    assert own["labels"]["not toxic"]["precision"]["value"] == 0.6
    assert own["labels"]["not toxic"]["recall"]["value"] == 0.75
    assert own["reviewers"] == {"comments": 0, "alpha": None}
    stance = figures["questions"]["stance_article"]
    assert stance["comments"] == 50 and stance["accuracy"]["value"] == 1
    assert figures["questions"]["stance_parent"]["comments"] < 50
    assert figures["questions"]["profanity"]["precision"]["value"] == 1
    assert figures["intervals"]["over"] == "threads"
    assert agreement(judged[0]) == figures


def test_reviewers_who_differ(judged, tmp_path):
    run, tasks, _ = judged
    second = [annotated(t, 100 + i, by=2, toxic="not toxic") for i, t in enumerate(tasks[:25])]
    import_file(write(tmp_path / "b.json", second), run)
    own = agreement(run)["questions"]["toxic"]
    # of the 25 toxic ones the two differ on 20: evenly split; on 5 both say not toxic
    assert own["ties"] == 20 and own["comments"] == 30
    assert own["confusion"]["counts"] == [[0, 10], [5, 15]]
    # 25 units of two: pairs that differ 20 x 2; expected 2 x 20 x 30 / 49
    assert own["reviewers"] == {"comments": 25, "alpha": round(1 - 40 / (2 * 20 * 30 / 49), 4)}
    third = [annotated(t, 200 + i, by=3) for i, t in enumerate(tasks[:25])]
    import_file(write(tmp_path / "c.json", third), run)
    assert agreement(run)["questions"]["toxic"]["confusion"]["counts"] == [[20, 10], [5, 15]]


def test_marks_by_hand(run, tasks, tmp_path):
    plain = [t for t in tasks if "one, " in t["data"]["text"]][:3]
    assert all(len(t["predictions"][0]["result"]) >= 3 for t in plain)
    at = plain[0]["data"]["text"].index("d*mn")
    none = next(t for t in tasks if not any(r["type"] == "labels" for r in t["predictions"][0]["result"]))
    made = [
        annotated(plain[0], 0),  # as we have it
        annotated(plain[1], 1, spans=[]),  # we found one too many
        annotated(plain[2], 2, spans=[(at, at + 3, "masked")]),  # touches, another end
        annotated(none, 3, spans=[(0, 3, "plain")]),  # we missed one
    ]
    import_file(write(tmp_path / "a.json", made), run)
    own = agreement(run)["questions"]["profanity"]
    assert own["spans"] == {"human": 3, "ours": 3, "exact": 1}
    assert own["precision"]["value"] == own["recall"]["value"] == 0.6667
    assert own["exact_precision"]["value"] == own["exact_recall"]["value"] == 0.3333
    # with any: both 2, ours alone 1, human alone 1, neither 0: observed 0.5, by chance 0.5625 + 0.0625
    assert own["kappa"]["value"] == round((0.5 - 0.625) / 0.375, 4)


def test_a_word_that_half_of_the_reviewers_mark_is_not_marked(run, tasks, tmp_path):
    none = next(t for t in tasks if not any(r["type"] == "labels" for r in t["predictions"][0]["result"]))
    made = [annotated(none, i, by=i, spans=[(0, 3, "plain")] if i == 1 else []) for i in (1, 2)]
    import_file(write(tmp_path / "a.json", made), run)
    assert agreement(run)["questions"]["profanity"]["spans"]["human"] == 0
    import_file(write(tmp_path / "b.json", [annotated(none, 3, by=3, spans=[(1, 3, "plain")])]), run)
    assert agreement(run)["questions"]["profanity"]["spans"]["human"] == 1


def test_a_stance_toward_another_target_is_left_out(run, tasks, tmp_path):
    task = annotated(tasks[0], 0)
    task["data"] = task["data"] | {"target": "Something else altogether"}
    import_file(write(tmp_path / "a.json", [task, annotated(tasks[1], 1)]), run)
    own = agreement(run)["questions"]["stance_article"]
    assert own["other_target"] == 1 and own["comments"] == 1


def test_a_judgement_of_a_text_that_the_run_no_longer_has_does_not_count(run, tasks, tmp_path):
    import_file(write(tmp_path / "a.json", [annotated(tasks[0], 0), annotated(tasks[1], 1)]), run)
    path = run / "human" / "tags.parquet"
    table = pq.read_table(path)
    at, keys = table.schema.get_field_index("text_key"), table.column("text_key").to_pylist()
    pq.write_table(table.set_column(at, table.schema.field(at), [["of another text", keys[1]]]), path)
    figures = agreement(run)
    assert (figures["comments"], figures["judgements"], figures["changed"]) == (1, 1, 1)


def test_the_command_prints_what_it_found(judged, scored, command):
    def discourse(*arguments):
        return command("review", *arguments)

    done = discourse("agreement", judged[0])
    assert done.returncode == 0 and done.stderr == ""
    assert "50 comments, 50 judgements by 1 reviewer" in done.stdout
    assert "0.400" in done.stdout and "κ" in done.stdout
    figures = json.loads(discourse("agreement", judged[0], "--json", "-").stdout)
    assert figures["questions"]["toxic"]["kappa"]["value"] == 0.4
    none = discourse("agreement", scored)
    assert none.returncode == 2 and "no human tags beside the run" in none.stderr
    with pytest.raises(UnreadableSource):
        agreement(scored)
    for verb in ("import", "agreement"):
        assert f"Example: discourse review {verb}" in discourse(verb, "--help").stdout
