"""Tables of what pages count: filled when the rest is written, from database/stored/NAME.sql, one definition of each.

Counting on request takes time that grows with the list. Views show the same with names beside keys; these tables are
hidden, belong to no bundle, and may change. One without a key has rows in which a part of what would be it is empty.
"""

from __future__ import annotations

from .columns import INTEGER, MONTH, REAL, TEXT, Column, Table

TOPIC = Column("topic", TEXT, "Key of the topic in topics.", required=True)
FIRST_TOPIC = Column("topic", TEXT, "Key of the papers' first topic in topics; empty for those under none.")
OTHER = Column("other", TEXT, "Key of the second keyword, later in the alphabet.", required=True)
KEYWORD = Column("keyword", TEXT, "Key of the keyword in keywords.", required=True)
YEAR = Column("year", INTEGER, "Year under which the papers are listed; empty for those under none.")
PAPER_COUNT = Column("paper_count", INTEGER, "Number of papers.", required=True)
WITH_CODE = Column("with_code", INTEGER, "Number of these with a link labelled code.", required=True)
LIST = Column("list", TEXT, "Key of the list in lists.", required=True)
PLACE = Column("place", INTEGER, "Place in the order, from 1.", required=True)

STORED: tuple[Table, ...] = (
    Table(
        "stored_topic_years",
        "Counts of the view topic_years.",
        (TOPIC, Column("year", INTEGER, "Year of the list's heading.", required=True), PAPER_COUNT),
        ("topic", "year"),
        hidden=True,
    ),
    Table(
        "stored_topic_facts",
        "What the page of a topic says of all its papers.",
        (TOPIC, WITH_CODE, Column("first_paper", TEXT, "Key of the paper that was submitted to arXiv first.")),
        ("topic",),
        hidden=True,
    ),
    Table(
        "stored_topic_authors",
        "The ten most listed authors of each topic.",
        (TOPIC, PLACE, Column("author", TEXT, "Key of the author in authors.", required=True), PAPER_COUNT),
        ("topic", "place"),
        hidden=True,
    ),
    Table(
        "stored_topic_keywords",
        "Number of papers for each topic and keyword.",
        (TOPIC, KEYWORD, PAPER_COUNT),
        ("topic", "keyword"),
        indexes=(("topic", "paper_count"), ("keyword", "paper_count")),
        hidden=True,
    ),
    Table(
        "stored_newest_papers",
        "The latest papers of each list, topic and keyword, at most 25.",
        (
            Column("kind", TEXT, "list, topic or keyword.", required=True),
            Column("id", TEXT, "Key of the list, topic or keyword.", required=True),
            PLACE,
            Column("paper", TEXT, "Key of the paper in papers.", required=True),
        ),
        ("kind", "id", "place"),
        hidden=True,
    ),
    Table(
        "stored_list_years",
        "Number of papers for each list and list year, and how many of them have a link to code.",
        (LIST, YEAR, PAPER_COUNT, WITH_CODE),
        (),
        hidden=True,
    ),
    Table(
        "stored_list_topics",
        "Number of papers for each list and topic.",
        (LIST, TOPIC, PAPER_COUNT),
        ("list", "topic"),
        hidden=True,
    ),
    Table(
        "stored_keyword_years",
        "Counts of the view keyword_years, and how many of the papers have a link to code.",
        (KEYWORD, YEAR, PAPER_COUNT, WITH_CODE),
        (),
        indexes=(("keyword", "year", "paper_count", "with_code"),),
        hidden=True,
    ),
    Table(
        "stored_keyword_pairs",
        "Counts of the view keyword_pairs.",
        (
            KEYWORD,
            Column("other", TEXT, "Key of the second keyword, later in the alphabet.", required=True),
            PAPER_COUNT,
        ),
        ("keyword", "other"),
        indexes=(("other", "keyword", "paper_count"),),
        hidden=True,
    ),
    Table(
        "stored_venue_years",
        "Counts of the view venue_years by list year, and how many of the papers have a link to code.",
        (
            Column("venue", TEXT, "Key of the venue in venues.", required=True),
            YEAR,
            Column("venue_year", INTEGER, "Year given with the venue; empty if the list gives none."),
            PAPER_COUNT,
            WITH_CODE,
        ),
        (),
        indexes=(("venue", "venue_year", "year", "paper_count", "with_code"),),
        hidden=True,
    ),
    Table(
        "stored_code_years",
        "Counts of the view code_by_year by first topic.",
        (FIRST_TOPIC, YEAR, PAPER_COUNT, WITH_CODE),
        (),
        hidden=True,
    ),
    Table(
        "stored_months",
        "Number of papers for each first topic and month of submission.",
        (
            FIRST_TOPIC,
            Column("submitted", MONTH, "Month of the first arXiv version; empty if it isn't known."),
            Column("year", INTEGER, "List year of papers whose month isn't known."),
            PAPER_COUNT,
        ),
        (),
        hidden=True,
    ),
    Table(
        "stored_additions",
        "Number of papers for each month in which they came into the list and first topic. Empty without a history.",
        (
            Column("month", MONTH, "Month of the day on which the list first had the papers.", required=True),
            FIRST_TOPIC,
            PAPER_COUNT,
        ),
        (),
        indexes=(("month",),),
        hidden=True,
    ),
    Table(
        "stored_topic_additions",
        "Counts of the view topic_additions.",
        (
            TOPIC,
            Column("added_year", INTEGER, "Year in which the entries came into the list.", required=True),
            Column("entry_count", INTEGER, "Number of today's entries that came in that year, or 0.", required=True),
            Column("entries_so_far", INTEGER, "Number of those that came by the end of that year.", required=True),
        ),
        ("topic", "added_year"),
        hidden=True,
    ),
    Table(
        "stored_publication_lags",
        "Number of papers of the view publication_lag by lag_years.",
        (Column("lag_years", INTEGER, "Years from arXiv to the venue.", required=True), PAPER_COUNT),
        ("lag_years",),
        hidden=True,
    ),
    Table(
        "stored_listing_lags",
        "Number of papers of the view listing_lag by lag, the quickest first.",
        (Column("lag", TEXT, "Class of months from arXiv to the list.", required=True), PAPER_COUNT),
        (),
        hidden=True,
    ),
    Table(
        "stored_letters",
        "Number of authors for each first letter of their family names.",
        (
            Column("letter", TEXT, "First character of sort_name in authors.", required=True),
            Column("author_count", INTEGER, "Number of authors.", required=True),
        ),
        ("letter",),
        hidden=True,
    ),
    Table(
        "stored_coverage",
        "Rows of the view coverage.",
        (
            Column("column", TEXT, "Column of papers.", required=True),
            Column("paper_count", INTEGER, "Number of papers.", required=True),
            Column("filled", INTEGER, "Number of papers with a value.", required=True),
            Column("missing", INTEGER, "Number of papers without a value.", required=True),
            Column("share", REAL, "filled divided by paper_count, from 0 to 1.", required=True),
        ),
        (),
        hidden=True,
    ),
)
