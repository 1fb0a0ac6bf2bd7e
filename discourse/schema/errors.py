"""What can go wrong, and the exit code that tells a script.

DiscourseError               one clear line: what, where, why, what to do
├── UsageError        (2)    the call cannot be carried out as written
├── UnreadableSource  (2)    a source is missing, or is not what it should be
└── ModelError        (3)    a model is missing or damaged
"""

from __future__ import annotations


class DiscourseError(Exception):
    """A failure that the user can act on; its text is shown as it stands."""

    exit_code = 2


class UsageError(DiscourseError):
    """The call cannot be carried out as written."""


class UnreadableSource(DiscourseError):
    """A source is missing, or is not what it should be."""


class ModelError(DiscourseError):
    """A model is missing or damaged."""

    exit_code = 3
