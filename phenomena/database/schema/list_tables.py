"""Tables of the list itself: its resources, its problems, the status of its lines, where it came from."""

from __future__ import annotations

from .columns import ARRAY, INTEGER, TEXT, Column, Table

LIST_TABLES: tuple[Table, ...] = (
    Table(
        "resources",
        "Links of the list that are not papers: workshops, courses and other lists.",
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
        "What is missing, doubtful or corrected in the list, each with its line and what to write instead.",
        (
            Column("id", INTEGER, "Number of the problem in line order, from 1."),
            Column("line", INTEGER, "Line of the list.", required=True),
            Column(
                "severity",
                TEXT,
                "Severity: error (data is lost or wrong), warning (missing or doubtful) or info (certainly corrected).",
                required=True,
            ),
            Column("code", TEXT, "Permanent name of the rule that was broken.", required=True),
            Column("paper", TEXT, "Paper whose entry contains the line, if any.", "papers"),
            Column("field", TEXT, "Field concerned: title, authors, venue, keywords, digest, links, topic or year."),
            Column("message", TEXT, "Message: the line, what is wrong, and what to write instead.", required=True),
            Column("excerpt", TEXT, "Beginning of the text concerned.", required=True),
        ),
        ("id",),
        indexes=(("code", "severity", "line"), ("severity",), ("line",)),
        facets=("severity", "code"),
        sort="line",
    ),
    Table(
        "source_lines",
        "Every line of the list and how it was read.",
        (
            Column("line", INTEGER, "Number of the line, from 1."),
            Column(
                "status",
                TEXT,
                "Status of the line: entry, heading, resource, boilerplate, blank or problem.",
                required=True,
            ),
            Column("paper", TEXT, "Paper whose entry contains the line.", "papers"),
            Column("field", TEXT, "Field that the line holds: title, authors, keywords or digest."),
        ),
        ("line",),
        indexes=(("status",), ("field",)),
        facets=("status", "field"),
        sort="line",
    ),
    Table(
        "source",
        "The list from which this database was built: one row.",
        (
            Column("title", TEXT, "Title of the list, from its first heading.", required=True),
            Column("description", TEXT, "Description of the list, from its head."),
            Column("homepage", TEXT, "Address of the list's home page, from its head or the catalogue page."),
            Column("tags", ARRAY, "Tags of the list; a JSON array.", required=True),
            Column("name", TEXT, "File name of the list.", required=True),
            Column("url", TEXT, "Address it was read from; empty if it was a file."),
            Column("sha256", TEXT, "SHA-256 of its text as UTF-8 with LF line endings, in hexadecimal.", required=True),
            Column("bytes", INTEGER, "Length of that text in bytes.", required=True),
            Column("line_count", INTEGER, "Number of its lines.", required=True),
            Column("licence", TEXT, "Licence of the list, if its head states one."),
            Column("entry_count", INTEGER, "Number of entries.", required=True),
            Column("paper_count", INTEGER, "Number of distinct papers.", required=True),
            Column("problem_count", INTEGER, "Number of problems found.", required=True),
            Column(
                "content_sha256",
                TEXT,
                "SHA-256 of the rows of all other tables; metadata.yml has the same.",
                required=True,
            ),
        ),
        ("sha256",),
        label="title",
    ),
)
