"""Tables of the list itself: its resources, its problems, the status of its lines, where it came from."""

from __future__ import annotations

from .columns import ARRAY, INTEGER, TEXT, Column, Table

LIST_TABLES: tuple[Table, ...] = (
    Table(
        "resources",
        "The list's closing section: workshops, courses and other lists. Not papers.",
        (
            Column("id", INTEGER, "Number of the resource in list order, from 1."),
            Column("title", TEXT, "Title as written.", required=True),
            Column("url", TEXT, "Address as written."),
            Column("line", INTEGER, "Line of the list.", required=True),
        ),
        ("id",),
        sort="id",
        label="title",
    ),
    Table(
        "problems",
        "What is missing, doubtful or was corrected in the list: each with its line and what to write instead.",
        (
            Column("id", INTEGER, "Number of the problem in line order, from 1."),
            Column("line", INTEGER, "Line of the list.", required=True),
            Column(
                "severity",
                TEXT,
                "error: data is lost or wrong; warning: missing or doubtful; info: corrected without doubt.",
                required=True,
            ),
            Column("code", TEXT, "Stable name of the rule that found it.", required=True),
            Column("paper", TEXT, "The paper whose entry has the line, if any.", "papers"),
            Column(
                "field", TEXT, "The field concerned: title, authors, venue, keywords, digest, links, topic or year."
            ),
            Column("message", TEXT, "The line, what was found, and what to write instead.", required=True),
            Column("excerpt", TEXT, "The beginning of what is written there.", required=True),
        ),
        ("id",),
        indexes=(("code", "severity", "line"), ("severity",), ("line",)),
        facets=("severity", "code"),
        sort="line",
    ),
    Table(
        "source_lines",
        "The ledger: what became of every line of the list.",
        (
            Column("line", INTEGER, "Number of the line, from 1."),
            Column("status", TEXT, "entry, heading, resource, boilerplate, blank or problem.", required=True),
            Column("paper", TEXT, "The paper whose entry the line is part of.", "papers"),
            Column("field", TEXT, "The field the line holds: title, authors, keywords or digest."),
        ),
        ("line",),
        indexes=(("status",), ("field",)),
        facets=("status", "field"),
        sort="line",
    ),
    Table(
        "source",
        "The list this database was built from: one row.",
        (
            Column("title", TEXT, "The list's title, from its first heading.", required=True),
            Column("description", TEXT, "What the list says it is, from its head."),
            Column("homepage", TEXT, "Where the list lives, from its head or the catalogue page's."),
            Column("tags", ARRAY, "The list's tags, a JSON array.", required=True),
            Column("name", TEXT, "File name of the list.", required=True),
            Column("url", TEXT, "Address it was read from; empty where it was a file."),
            Column("sha256", TEXT, "SHA-256 of its text as UTF-8 with LF line ends, in hexadecimal.", required=True),
            Column("bytes", INTEGER, "Length of that text in bytes.", required=True),
            Column("line_count", INTEGER, "Number of its lines.", required=True),
            Column("licence", TEXT, "Licence of the list, where its head states one."),
            Column("entry_count", INTEGER, "Number of entries.", required=True),
            Column("paper_count", INTEGER, "Number of distinct papers.", required=True),
            Column("problem_count", INTEGER, "Number of problems found.", required=True),
            Column(
                "content_sha256", TEXT, "SHA-256 of all other tables' rows; metadata.yml names the same.", required=True
            ),
        ),
        ("sha256",),
        label="title",
    ),
)
