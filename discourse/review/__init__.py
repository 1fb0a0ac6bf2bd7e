"""What people say of comments that were tagged: read in, kept beside the run, compared with our tags."""

from __future__ import annotations

from discourse.review.agreement import agreement
from discourse.review.consensus import judged
from discourse.review.importing import Imported, import_file
from discourse.review.text import render

__all__ = ["Imported", "agreement", "import_file", "judged", "render"]
