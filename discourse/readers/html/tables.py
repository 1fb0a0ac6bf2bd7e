"""Every table, from the most telling marks to the most general ones."""

from __future__ import annotations

from discourse.readers.html.system import System
from discourse.readers.html.tables_blogs import COMMENTO, ISSO, REMARK42, SUBSTACK, WORDPRESS
from discourse.readers.html.tables_forums import (
    DISCOURSE,
    HACKER_NEWS,
    NEW_REDDIT,
    OLD_REDDIT,
    REDESIGN_REDDIT,
    SLASHDOT,
)
from discourse.readers.html.tables_hosted import CORAL, DISQUS, HYVOR, OPENWEB, VIAFOURA
from discourse.readers.html.tables_open import HOME_MADE, MICRODATA, MICROFORMATS

SYSTEMS: tuple[System, ...] = (
    DISQUS, CORAL, OPENWEB, VIAFOURA, HYVOR, COMMENTO, REMARK42, ISSO, OLD_REDDIT, NEW_REDDIT, REDESIGN_REDDIT,
    HACKER_NEWS, SLASHDOT, DISCOURSE, SUBSTACK, WORDPRESS, MICRODATA, MICROFORMATS, HOME_MADE,
)  # fmt: skip
"""Where two mark up the same comments, the one that stands first is believed."""
