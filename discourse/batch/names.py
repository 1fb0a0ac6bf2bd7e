"""What the files of a run folder are called."""

TOOL = "discourse"  # as the manifest names it
MANIFEST = "manifest.json"
REJECTS = "rejects.jsonl"
JOURNAL = "shards.jsonl"
WORK = ".work"
PLAN = "plan.json"  # in WORK, as SHARDS
SHARDS = "shards"
LOCK = ".lock"
OWNER = ".owner"
TABLES = ("articles", "comments", "spans")
OURS = frozenset({*TABLES, MANIFEST, REJECTS, JOURNAL, WORK, LOCK, OWNER})
