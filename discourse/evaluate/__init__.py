"""Labelled data against the models: each task's figures with intervals."""

from discourse.evaluate.gold import TASKS
from discourse.evaluate.tasks import MODELS, evaluate
from discourse.evaluate.text import render

__all__ = ["MODELS", "TASKS", "evaluate", "render"]
