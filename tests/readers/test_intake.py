"""What an import says of itself."""

from sources import lines, load

from discourse.readers import Intake, Reject


def test_the_summary_says_everything_once():
    rows = lines({"id": 1, "text": "a", "parent_id": None}, {"id": 2, "text": "b", "parent_id": 1}, {"id": 3, "text": "c", "parent_id": 9}, {"id": 4, "text": ""}, {"id": 5, "text": "[deleted]", "parent_id": 1}, {"id": 5, "text": "other"})  # fmt: skip
    _, intake = load(rows)
    assert intake.summary() == (
        "read 6 comments; kept 5 under 1 article; 1 of them deleted or removed; rejected 1 (no text: 1); links: 2 given, "
        "0 inferred, 1 orphan; repaired: comment ids made unique: 1; articles whose comments were put in reply order: 1; encoding: utf-8"
    )
    assert intake.read == intake.kept + intake.n_rejected


def test_rejects_go_where_they_are_sent_and_are_bounded():
    sent = []
    intake = Intake(on_reject=sent.append)
    intake.reject(Reject("s", 1, "no text", ""))
    assert len(sent) == 1 and not intake.rejects and intake.n_rejected == 1
    intake = Intake(keep=2)
    for n in range(5):
        intake.reject(Reject("s", n, "no text", ""))
        intake.note(f"note {n}")
        intake.note("note 0")
    assert len(intake.rejects) == 2 and intake.n_rejected == 5 and intake.notes == ["note 0", "note 1"]
