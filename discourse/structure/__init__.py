"""From the lines of a flat page to an article, its comments and their reply tree."""
