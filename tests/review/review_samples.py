"""Tasks as Label Studio gives them back."""

import json


def write(path, content):
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return path


def annotated(task, number, by=1, **answers):
    """A task as Label Studio gives it back when someone accepted our tags but for `answers`.

    An answer None takes a result out; `spans` replaces all marks.
    """
    results = []
    for result in task["predictions"][0]["result"]:
        if result["type"] == "labels" and "spans" in answers:
            continue
        if result["from_name"] in answers:
            if answers[result["from_name"]] is None:
                continue
            result = result | {"value": {"choices": [answers[result["from_name"]]]}}
        results.append(result | {"origin": "manual"})
    for start, end, kind in answers.get("spans", ()):
        value = {"start": start, "end": end, "text": task["data"]["text"][start:end], "labels": [kind]}
        results.append(
            {"id": "x", "from_name": "profanity", "to_name": "text", "type": "labels", "value": value}
        )
    annotation = {
        "id": number,
        "completed_by": by,
        "was_cancelled": False,
        "created_at": "2026-04-01T10:00:00.000000Z",
        "updated_at": "2026-04-01T10:00:00.000000Z",
        "result": results,
    }
    return {"id": number, "data": task["data"], "annotations": [annotation], "predictions": []}
