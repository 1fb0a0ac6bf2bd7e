"""Sheets: drawn at random, safe to open, known again after a spreadsheet had them, and what the report makes of them."""

import csv
import io
import json
import os
from collections import Counter
from dataclasses import replace

import pandas as pd
import pytest
from review_samples import annotated, write

from discourse.review import import_file, judged
from discourse.review.judgements import SHEET, Judgement
from discourse.review.sheet import COLUMNS, key_of, write_sheet
from discourse.review.store import put, read
from discourse.schema import UnreadableSource


def drawn(run, n=30, **options):
    file = io.StringIO(newline="")
    made = write_sheet(run, file, n, **options)
    rows = list(csv.DictReader(io.StringIO(file.getvalue(), newline="")))
    assert len(rows) == made.n
    return rows, made


def saved(path, rows, encoding="utf-8-sig", delimiter=","):
    with path.open("w", encoding=encoding, errors="replace", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)
    return path


def keys_of(comments):
    ids = ("article_id", "comment_id", "text")
    return {key_of(*row): row[:2] for row in zip(*(comments[name] for name in ids), strict=True)}


def test_a_sheet_shows_a_comment_as_its_reader_meets_it(run, comments):
    rows, made = drawn(run, 1000)
    assert made.n == made.of == len(comments) == len({row["key"] for row in rows})
    known, by_id = keys_of(comments), comments.set_index(["article_id", "comment_id"])
    for row in rows:
        own = by_id.loc[known[row["key"]]]
        if not own.text.startswith(("=", "+", "-", "@")) and len(own.text) < 10_000:
            assert row["text"] == own.text and row["target"].lstrip("'") == own.target
        answered = by_id.text.get((own.name[0], own.parent_id), "")
        assert row["answers"].lstrip("'")[:2000] == answered.lstrip("'")[:2000]
        assert not any(row[name] for name in ("stance_article", "stance_parent", "toxic", "reviewer"))
        assert not any(str(value)[:1] in "=+-@" for value in row.values() if value)
        assert row["place"].startswith(("line", "comment"))


def test_comments_are_drawn_evenly_and_the_same_seed_draws_the_same(run, comments):
    times = Counter()
    for seed in range(60):
        rows, _ = drawn(run, 60, seed=seed)
        times.update(row["key"] for row in rows)
    assert len(times) == len(comments)
    counts = [times[key] for key in keys_of(comments)]
    assert 10 < sum(counts[:120]) / 120 < 20 and max(counts) < 32  # 15 expected of each
    assert drawn(run, 60, seed=3)[0] == drawn(run, 60, seed=3)[0] != drawn(run, 60, seed=4)[0]


def test_a_sheet_comes_back_as_a_spreadsheet_leaves_it(run, comments, tmp_path):
    rows, _ = drawn(run, 40)
    for i, row in enumerate(rows[:30]):
        row["stance_article"] = ["favor", " For", "AGAINST", "neither", "none"][i % 5]
        row["toxic"] = ["yes", "NO", "1", "False", ""][i % 5]
        row["text"] = "mangled by the spreadsheet"
        row["reviewer"] = "Ann" if i % 2 else ""
    rows[35]["stance_article"] = "perhaps"
    rows[36]["toxic"], rows[36]["key"] = "yes", "c000000000000000"
    from discourse.readers import Intake

    intake = Intake()
    done = import_file(saved(tmp_path / "s.csv", rows, "cp1252", ";"), run, intake)
    assert (done.stored.total, done.stored.added, intake.n_rejected) == (30, 30, 2)
    assert sum(done.skipped.values()) == 8
    assert "stance_article is 'perhaps': none of favor, against, none" in intake.rejected
    human = pd.read_parquet(run / "human" / "tags.parquet")
    known = keys_of(comments)
    wanted = {
        known[row["key"]]: ["favor", "favor", "against", "none", "none"][i % 5]
        for i, row in enumerate(rows[:30])
    }
    found = human.set_index(["article_id", "comment_id"]).stance_article.to_dict()
    assert found == wanted
    assert Counter(human.reviewer) == {"Ann": 15, "sheet": 15} and set(human.origin) == {"sheet"}
    shouted = (tmp_path / "s.csv").read_text("cp1252")
    (tmp_path / "upper.csv").write_text(shouted.replace("key;place;", "KEY; Place;", 1), encoding="utf-16")
    done = import_file(tmp_path / "upper.csv", run)
    assert (done.stored.total, done.stored.added, done.stored.updated) == (30, 0, 0)
    again, made = drawn(run, 1000)
    assert made.n == len(comments) - 30 and not {r["key"] for r in again} & {r["key"] for r in rows[:30]}


def test_a_wrong_cell_is_rejected_alone(run, comments, command, tmp_path):
    rows, _ = drawn(run, 5)
    rows[0] |= {"stance_article": "fvor", "toxic": "yes", "reviewer": "Ann"}
    rows[1] |= {"toxic": "maybe"}
    rows[2] |= {"stance_article": "xyz", "stance_parent": "agre", "toxic": "no"}
    rows[3] |= {"toxic": "no", "stance_article": "qqq", "key": "c000000000000000"}
    kept = " The other cells of the row were kept."
    fvor = f"stance_article is 'fvor': none of favor, against, none; did you mean favor?{kept}"
    file, rejects = saved(tmp_path / "s.csv", rows), tmp_path / "r.jsonl"
    done = command("review", "import", file, run)
    assert done.returncode == 1
    told = done.stderr.splitlines()
    places = [row["place"] for row in rows]
    assert f"discourse: {file}: row 2 ({places[0]}): {fvor}" in told
    assert f"discourse: {file}: row 3 ({places[1]}): toxic is 'maybe': none of yes, no" in told
    assert any(
        f"row 4 ({places[2]}): stance_parent is 'agre'" in line and "mean agree? The right" in line
        for line in told
    )
    assert any(f"row 5 ({places[3]}): the run has no comment of that key" in line for line in told)
    assert not any("'qqq'" in line for line in told)
    assert any("5 rejected: " in line and "1 stance_article is 'fvor'" in line for line in told)
    human = pd.read_parquet(run / "human" / "tags.parquet").set_index(["article_id", "comment_id"])
    known = keys_of(comments)
    first, third = (human.loc[known[rows[i]["key"]]] for i in (0, 2))
    assert len(human) == 2 and (first.toxic, first.reviewer) == (True, "Ann")
    assert not third.toxic and human.stance_article.isna().all() and human.stance_parent.isna().all()
    assert command("review", "import", file, run, "--rejects", rejects).returncode == 1
    written = [json.loads(line) for line in rejects.read_text().splitlines()]
    assert written[0] == {"source": str(file), "row": 2, "reason": fvor, "excerpt": places[0]}
    assert [entry["row"] for entry in written] == [2, 3, 4, 4, 5]


def test_places_are_named_by_the_form_of_the_file(run, command, tmp_path):
    array, lines, rejects = tmp_path / "a.json", tmp_path / "l.jsonl", tmp_path / "r.jsonl"
    array.write_text('[1, {"data": {}}]')
    lines.write_text('{"text": "nobody said this", "attributeScores": {"TOXICITY": 0.9}}\n')
    for file, word in ((array, "entry"), (lines, "line")):
        done = command("review", "import", file, run)
        assert f"{file}: {word} 1: " in done.stderr or "nothing in it can be used" in done.stderr
        command("review", "import", file, run, "--rejects", rejects)
        assert json.loads(rejects.read_text().splitlines()[0])[word] == 1


def test_drawing_from_one_article_or_from_none(run, comments):
    rows, made = drawn(run, 1000, articles=["a1"])
    known = keys_of(comments)
    assert {known[row["key"]][0] for row in rows} == {"a1"} and made.of == (comments.article_id == "a1").sum()
    with pytest.raises(UnreadableSource, match="no comment of the run stands under the article 'zz'"):
        drawn(run, articles=["a1", "zz"])


def test_a_sheet_with_answers_is_never_written_over(run, tmp_path, command):
    file = tmp_path / "sheet.csv"
    done = command("review", "sheet", run, file, "--comments", 5)
    assert (
        done.returncode == 0
        and "5 comments drawn of 240 that nobody has judged yet" in done.stderr
        and done.stdout == ""
    )
    before = file.read_bytes()
    assert before.startswith(b"\xef\xbb\xbfkey,")
    done = command("review", "sheet", run, file)
    assert done.returncode == 2 and "is there already" in done.stderr and file.read_bytes() == before
    done = command("review", "sheet", run, "-", "--comments", 5, "-q")
    assert done.stdout.splitlines()[0] == ",".join(COLUMNS) and done.stderr == ""
    done = command("review", "sheet", run, run / "comments" / "sheet.csv")
    assert done.returncode == 2 and "a file of the run" in done.stderr


def test_what_most_people_say_counts_and_a_tie_counts_not(run, tasks, tmp_path):
    one = tasks[0]["data"]
    said = [
        annotated(tasks[0], i, by=i, toxic=t, stance_article=s)
        for i, (t, s) in enumerate(
            [("toxic", "favor"), ("toxic", "against"), ("not toxic", "favor"), ("not toxic", "against")]
        )
    ]
    import_file(write(tmp_path / "a.json", said[:3]), run)
    own = judged(run)[one["article_id"]][one["comment_id"]]
    assert (own.toxic, own.stance_article) == ((True,), ("favor",))
    import_file(write(tmp_path / "b.json", said), run)
    own = judged(run)[one["article_id"]][one["comment_id"]]
    assert set(own.toxic) == {True, False} and set(own.stance_article) == {"favor", "against"}


def test_sheets_are_put_together_field_by_field_and_an_older_one_changes_nothing(run, tmp_path):
    rows, _ = drawn(run, 8)
    files = []
    for name, answers in (
        ("a", {"stance_article": "favor", "toxic": "yes"}),
        ("b", {"stance_article": "against", "toxic": ""}),
        ("c", {"stance_article": "", "toxic": "no"}),
    ):
        files.append(saved(tmp_path / f"{name}.csv", [row | answers for row in rows]))
        os.utime(files[-1], (1_000_000_000 + len(files),) * 2)
    import_file(files[0], run)
    done = import_file(files[2], run)
    assert (done.stored.added, done.stored.updated) == (0, 8)
    import_file(files[1], run)
    human = pd.read_parquet(run / "human" / "tags.parquet")
    assert set(human.stance_article) == {"favor"}, (
        "b is older than c: it fills what c left open, and that was known"
    )
    import_file(files[0], run)
    human = pd.read_parquet(run / "human" / "tags.parquet")
    assert len(human) == 8 and not human.toxic.any()


def test_answers_to_another_text_of_the_comment_are_not_put_together(tmp_path):
    own = Judgement(reviewer="Ann", origin=SHEET, text="before", article_id="a", comment_id="1", toxic=True)
    put(tmp_path, [own])
    put(tmp_path, [replace(own, text="edited since", toxic=None, stance_article="favor")])
    ((row, _),) = read(tmp_path).values()
    assert (row["stance_article"], row["toxic"]) == ("favor", None)


def test_a_stance_judged_toward_another_target_does_not_count(run, tmp_path, comments):
    rows, _ = drawn(run, 10)
    for row in rows:
        row["stance_article"], row["toxic"] = "favor", "yes"
        row["target"] = "Cats are better than dogs"
    known = keys_of(comments)
    targets = comments.set_index(["article_id", "comment_id"]).target
    for row in rows[5:]:
        row["target"] = targets[known[row["key"]]]
    import_file(saved(tmp_path / "s.csv", rows), run)
    found = judged(run)
    said = [found[article][comment] for article, comment in (known[row["key"]] for row in rows)]
    assert [s.stance_article for s in said] == [()] * 5 + [("favor",)] * 5 and all(
        s.toxic == (True,) for s in said
    )


def test_no_sheet_of_a_run_that_is_not_complete(run, tmp_path):
    manifest = json.loads((run / "manifest.json").read_text())
    (run / "manifest.json").write_text(json.dumps(manifest | {"complete": False}))
    with pytest.raises(UnreadableSource, match="not complete"):
        drawn(run)


def test_the_report_of_a_run_goes_by_what_people_say(run, comments, tmp_path, command):
    rows, _ = drawn(run, 1000, articles=["a0"])
    for i, row in enumerate(rows):
        row["stance_article"], row["toxic"] = ("against", "no") if i % 3 else ("favor", "yes")
    import_file(saved(tmp_path / "s.csv", rows), run)
    done = command("report", run, "--json", "-", "-q")
    assert done.returncode == 0, done.stderr
    figures = {f["article"]["article_id"]: f for f in json.loads(done.stdout)}
    split = figures["a0"]["split"]["all"]
    n = len(rows)
    favor = sum(row["stance_article"] == "favor" for row in rows)
    assert split["shown"] == "reviewed" and split["review"]["counts"] == {
        "favor": favor,
        "against": n - favor,
        "none": 0,
    }
    assert (
        split["reviewed"]["favor"]["share"] == pytest.approx(favor / n) == split["reviewed"]["favor"]["low"]
    )
    assert split["reviewed"]["none"]["high"] == 0  # every comment is judged: nothing is left to chance
    assert figures["a0"]["toxicity"]["reviewed"]["share"] == pytest.approx(favor / n)
    assert (
        figures["a0"]["agreement"]["review"] is None and figures["a1"]["split"]["all"]["shown"] != "reviewed"
    )
    page = tmp_path / "page.html"
    done = command("report", run, "--html", page, "--no-tree", "-q")
    told = f"what people say of all {n} comments"
    assert (
        told in " ".join(done.stdout.split())
        and "as people say" in done.stdout
        and f"{favor} of {n} judged" in done.stdout
    )
    pages = "".join(p.read_text(encoding="utf-8") for p in tmp_path.rglob("*.html"))
    assert told in " ".join(pages.split())
