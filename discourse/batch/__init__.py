"""Runs: sources of any size into a folder of Parquet, shard by shard, and back.

`score` makes a run or goes on with it; `Run` reads one; `status` says how far one is.
"""

from discourse.batch.progress import Status, status
from discourse.batch.run import Run
from discourse.batch.session import score
from discourse.batch.settings import Outcome, Settings, Silent, Watcher

__all__ = ["Outcome", "Run", "Settings", "Silent", "Status", "Watcher", "score", "status"]
