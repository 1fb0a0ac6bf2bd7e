"""What the journal of a run adds up to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from discourse.batch.plan import Plan, sum_intakes, unpack_intake
from discourse.readers import Intake


@dataclass(slots=True)
class Totals:
    """What the journal of a run adds up to."""

    intake: Intake
    rejects: int  # of planning and of the shards
    done: set[int] = field(default_factory=set)
    articles: int = 0
    comments: int = 0
    spans: int = 0
    seconds: float = 0.0
    labels: dict[str, dict[str, int]] = field(default_factory=dict)
    rejecting: dict[int, dict] = field(default_factory=dict)

    @classmethod
    def of(cls, journal: Iterable[dict], plan: Plan) -> Totals:
        """Adds up the records; of a shard that was scored twice, one counts."""
        totals = cls(unpack_intake(plan.intake), plan_rejects(plan))
        for record in journal:
            if (number := record.get("shard")) is None or number in totals.done:
                continue
            totals.done.add(number)
            totals.articles += record["articles"]
            totals.comments += record["comments"]
            totals.spans += record["spans"]
            totals.seconds += record["seconds"]
            totals.rejects += len(record["rejects"])
            sum_intakes(totals.intake, record["intake"])
            if record["rejects"]:
                totals.rejecting[number] = record
            for name, counts in record["labels"].items():
                own = totals.labels.setdefault(name, {})
                for label, count in counts.items():
                    own[label] = own.get(label, 0) + count
        return totals

    @property
    def shards(self) -> int:
        """How many shards are done."""
        return len(self.done)

    @property
    def rejects_by_shard(self) -> list[dict]:
        """The records that bring rejects, in the order of the shards."""
        return [record for _, record in sorted(self.rejecting.items())]

    @property
    def counts(self) -> dict:
        """The counts of the manifest."""
        return {
            "articles": self.articles,
            "comments": self.comments,
            "spans": self.spans,
            "rejects": self.rejects,
            "labels": {name: dict(sorted(counts.items())) for name, counts in sorted(self.labels.items())},
        }


def plan_rejects(plan: Plan) -> int:
    """How many rows were rejected while the sources were read."""
    return sum(plan.intake["rejected"].values())
