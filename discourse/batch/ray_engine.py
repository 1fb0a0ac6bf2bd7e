"""Scoring on a Ray cluster: actors are handed shard numbers, and read and write the shared run folder."""

from __future__ import annotations

import os
from dataclasses import replace

from discourse.batch.engines import count_loss, share_of_threads
from discourse.batch.scoring import Job, Scorer
from discourse.nn.threads import machine_threads
from discourse.schema import UsageError


class RayEngine:
    """Scores in Ray actors. One that is lost with its machine is replaced, and its shard handed out again.

    The cluster is the one at `address` (or in RAY_ADDRESS); without either, one is started on this
    machine and ends with the run. Every machine must see the run folder under the same path.

    Raises:
        UsageError: Ray is not installed, or the cluster cannot be reached.
    """

    def __init__(self, job: Job, workers: int, address: str | None = None):
        try:
            os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
            import ray
        except ImportError:
            raise UsageError(
                "--engine ray needs Ray: pip install 'discourse-analyzer[ray]', or use --engine local"
            ) from None
        self._ray = ray
        self._started = not ray.is_initialized()
        local = address is None and not os.environ.get("RAY_ADDRESS")
        if self._started:
            here = {"num_cpus": max(workers, machine_threads()), "include_dashboard": False} if local else {}
            try:
                ray.init(address=address, log_to_driver=False, logging_level="error", **here)
            except Exception as error:  # Ray raises what its transports raise
                where = address or os.environ.get("RAY_ADDRESS") or "a local cluster"
                raise UsageError(f"Ray: {where} cannot be reached: {str(error).splitlines()[0]}") from error
        cores = share_of_threads(workers) if local else job.threads or 1
        job = replace(job, folder=job.folder.resolve(), threads=cores)
        gpus = 1 if job.device.startswith("cuda") else 0
        actor = ray.remote(num_cpus=cores, num_gpus=gpus, max_restarts=0)(Scorer)
        self._make = lambda: actor.remote(job)
        self._wanted = workers
        self._idle: list = []
        self._working: dict = {}  # reference -> (actor, shard)
        self._attempts: dict[int, int] = {}

    @property
    def free(self) -> bool:
        return len(self._working) < self._wanted

    @property
    def busy(self) -> bool:
        return bool(self._working)

    def submit(self, shard: int) -> None:
        actor = self._idle.pop() if self._idle else self._make()
        self._working[actor.score.remote(shard)] = (actor, shard)

    def results(self) -> list[dict]:
        ready, _ = self._ray.wait(list(self._working), num_returns=1)
        done = []
        for reference in ready:
            actor, shard = self._working.pop(reference)
            try:
                done.append(self._ray.get(reference))
                self._idle.append(actor)
            except self._ray.exceptions.RayTaskError as error:
                raise error.cause from error
            except self._ray.exceptions.RayError as error:  # the actor or its machine is gone
                self._ray.kill(actor)
                count_loss(self._attempts, shard, type(error).__name__)
                self.submit(shard)
        return done

    def close(self) -> None:
        for actor in [*self._idle, *(actor for actor, _ in self._working.values())]:
            self._ray.kill(actor)
        self._idle.clear()
        self._working.clear()
        if self._started:
            self._ray.shutdown()
