"""The charts of the dashboards, said once: what each asks of the views, in SQL that all databases read alike.

A chart gives numbers, labels of ours, article titles and covered words, never the text of a comment.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["number", "share", "bars", "days"]

COLOURS: Mapping[str, str] = {
    "n_favor": "#0072b2",
    "n_against": "#c44e00",
    "n_none": "#7b858f",
    "n_agree": "#0072b2",
    "n_disagree": "#c44e00",
    "n_neutral": "#7b858f",
    "share_toxic": "#a8276b",
    "n_toxic": "#a8276b",
    "n_spans": "#6a5aa8",
    "n_comments": "#6a5aa8",
}
NAMES: Mapping[str, str] = {
    "n_favor": "for",
    "n_against": "against",
    "n_none": "neither",
    "n_agree": "agree",
    "n_disagree": "disagree",
    "n_neutral": "neutral",
    "share_toxic": "toxic",
    "n_toxic": "toxic",
    "n_spans": "times",
    "n_comments": "comments",
}
ARTICLE = "coalesce(article_title, article_id)"  # how the filter names an article
ARTICLES = f"select distinct {ARTICLE} as article from comment_wide order by 1"


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart: `values` are columns of numbers, `over` what they stand along (None for a single number).

    Kinds: a number, a share in 0..1, stacked bars, or stacked columns by day; shares by day are a line.
    In `sql` stands {filter} where conditions on `comment_wide` may follow others.
    """

    name: str
    title: str
    about: str
    kind: Kind
    values: tuple[str, ...]
    sql: str
    over: str | None = None

    def query(self, condition: str = "") -> str:
        """The SQL, with a condition that begins with " and "."""
        return self.sql.replace("{filter}", condition)


_SIDES = """count(case when stance_article = 'favor' then 1 end) as n_favor,
  count(case when stance_article = 'against' then 1 end) as n_against,
  count(case when stance_article = 'none' then 1 end) as n_none"""
_SHARE_TOXIC = (
    "avg(cast(case when toxic then 1 when not toxic then 0 end as double precision)) as share_toxic"
)
_COVERED = "substr(s.canonical, 1, 1) || '\u25cf\u25cf\u25cf' || substr(s.canonical, length(s.canonical), 1)"

CHARTS: tuple[Chart, ...] = (
    Chart(
        "comments",
        "Comments",
        "How many comments there are.",
        "number",
        ("n_comments",),
        "select count(*) as n_comments from comment_wide where comment_id is not null{filter}",
    ),
    Chart(
        "toxic",
        "Toxic",
        "The share of comments at or above the threshold of the run.",
        "share",
        ("share_toxic",),
        f"select {_SHARE_TOXIC} from comment_wide where toxic is not null{{filter}}",
    ),
    Chart(
        "split",
        "How the readers split",
        "Labels toward the article's position, counted. The report corrects them for known errors.",
        "bars",
        ("n_comments",),
        """select stance_article, count(*) as n_comments
from comment_wide
where stance_article is not null{filter}
group by stance_article
order by case stance_article when 'favor' then 1 when 'against' then 2 else 3 end""",
        "stance_article",
    ),
    Chart(
        "toxic_by_side",
        "Toxic by side",
        "The share of toxic comments of each side.",
        "bars",
        ("share_toxic",),
        f"""select stance_article, {_SHARE_TOXIC}
from comment_wide
where stance_article is not null and toxic is not null{{filter}}
group by stance_article
order by case stance_article when 'favor' then 1 when 'against' then 2 else 3 end""",
        "stance_article",
    ),
    Chart(
        "days",
        "Comments by day",
        "By side and day (UTC); comments without a time are not shown.",
        "days",
        ("n_favor", "n_against", "n_none"),
        f"""select day, {_SIDES}
from comment_wide
where day is not null{{filter}}
group by day
order by day""",
        "day",
    ),
    Chart(
        "toxic_days",
        "Toxic by day",
        "The share of toxic comments by day (UTC).",
        "days",
        ("share_toxic",),
        f"""select day, {_SHARE_TOXIC}
from comment_wide
where day is not null{{filter}}
group by day
order by day""",
        "day",
    ),
    Chart(
        "articles",
        "Most discussed articles",
        "The twenty articles with most comments, by side.",
        "bars",
        ("n_favor", "n_against", "n_none"),
        f"""select {ARTICLE} as article, {_SIDES}
from comment_wide
where article_id is not null{{filter}}
group by {ARTICLE}
order by count(*) desc, article
limit 20""",
        "article",
    ),
    Chart(
        "depth",
        "Agreement by depth",
        "Replies that agree or disagree with what they answer, by depth in the thread; from 10 on as one.",
        "bars",
        ("n_agree", "n_disagree", "n_neutral"),
        """select case when depth < 10 then depth else 10 end as depth,
  count(case when stance_parent = 'agree' then 1 end) as n_agree,
  count(case when stance_parent = 'disagree' then 1 end) as n_disagree,
  count(case when stance_parent = 'neutral' then 1 end) as n_neutral
from comment_wide
where stance_parent is not null{filter}
group by case when depth < 10 then depth else 10 end
order by 1""",
        "depth",
    ),
    Chart(
        "masked",
        "Words behind the masks",
        "The twenty words masked most often, as the model reads them, covered to their first and last letter.",
        "bars",
        ("n_spans",),
        f"""select {_COVERED} as word, count(*) as n_spans
from comment_wide
join (select article_id as span_article, comment_id as span_comment, kind, canonical from spans) s
  on span_article = article_id and span_comment = comment_id
where kind = 'masked' and canonical is not null{{filter}}
group by {_COVERED}
order by n_spans desc, word
limit 20""",
        "word",
    ),
)
