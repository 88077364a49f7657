"""Tables of the lists themselves: their resources, their problems, the status of their lines, where they came from."""

from __future__ import annotations

from .columns import ARRAY, DATE, INTEGER, TEXT, Column, Table

# What a list says of itself, and its text.
DESCRIPTION = Column("description", TEXT, "Description of the list, from its head.")
HOMEPAGE = Column("homepage", TEXT, "Address of the list's home page, from its head or the catalogue page.")
TAGS = Column("tags", ARRAY, "Tags of the list; a JSON array.", required=True)
URL = Column("url", TEXT, "Address it was read from; empty if it was a file.")
BYTES = Column("bytes", INTEGER, "Length of that text in bytes.", required=True)
LINE_COUNT = Column("line_count", INTEGER, "Number of its lines.", required=True)

LISTS_TABLE = Table(
    "lists",
    "The lists from which this database was built, one row each.",
    (
        Column("id", TEXT, "Permanent key made of the name."),
        Column("position", INTEGER, "Position among the lists, from 1.", required=True),
        Column("name", TEXT, "Name of the list: as declared, else its title.", required=True),
        DESCRIPTION,
        HOMEPAGE,
        TAGS,
        Column("file", TEXT, "File name of the list.", required=True),
        URL,
        Column("licence", TEXT, "Licence of the list: as declared, else as its head states it."),
        Column("sha256", TEXT, "SHA-256 of its text as UTF-8 with LF line endings, in hexadecimal.", required=True),
        BYTES,
        LINE_COUNT,
        Column("topic_count", INTEGER, "Number of topics with an entry of the list.", required=True),
        Column("entry_count", INTEGER, "Number of its entries.", required=True),
        Column("paper_count", INTEGER, "Number of distinct papers that it lists.", required=True),
        Column("own_paper_count", INTEGER, "Number of those that no other list has.", required=True),
        Column("problem_count", INTEGER, "Number of problems found in it.", required=True),
    ),
    ("id",),
    sort="position",
    label="name",
)

LIST_TABLES: tuple[Table, ...] = (
    Table(
        "resources",
        "Links of the list that are not papers: workshops, courses and other lists.",
        (
            Column("id", INTEGER, "Number of the resource in list order, from 1."),
            Column("title", TEXT, "Title as written.", required=True),
            Column("url", TEXT, "Address as written."),
            Column("list", TEXT, "List that has it.", "lists", required=True),
            Column("line", INTEGER, "Line of the list.", required=True),
        ),
        ("id",),
        sort="id",
        label="title",
    ),
    Table(
        "changes",
        "How the list grew: every entry added, changed, moved or removed, by revision. Empty without a history.",
        (
            Column("id", INTEGER, "Number of the change, the oldest first, from 1."),
            Column("list", TEXT, "List that was changed.", "lists", required=True),
            Column("date", DATE, "Day of the revision, as its author's clock had it.", required=True),
            Column("revision", TEXT, "Abbreviated commit hash of the revision.", required=True),
            Column("paper", TEXT, "The paper; empty where the list no longer has it.", "papers"),
            Column("title", TEXT, "The entry's title after the change; of a removed entry, before it.", required=True),
            Column("section", TEXT, "Name of the entry's topic then, which the list may have renamed since."),
            Column("kind", TEXT, "added, changed, moved (to another topic or year) or removed.", required=True),
            Column("field", TEXT, "What was changed or moved; empty where the whole entry was added or removed."),
            Column("old", TEXT, "Value before; none is kept of digests and other prose."),
            Column("new", TEXT, "Value after."),
        ),
        ("id",),
        indexes=(("date",), ("kind", "field"), ("revision",), ("section",), ("field",)),
        facets=("kind", "field", "section"),
        sort_desc="id",
    ),
    Table(
        "problems",
        "What is missing, doubtful or corrected in the list, each with its line and what to write instead.",
        (
            Column("id", INTEGER, "Number of the problem in line order, from 1."),
            Column("list", TEXT, "List in which it is.", "lists", required=True),
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
            Column("list", TEXT, "List that has the line.", "lists", required=True),
            Column("line", INTEGER, "Number of the line, from 1."),
            Column(
                "status",
                TEXT,
                "Status of the line: entry, heading, description of a topic, resource, boilerplate, blank or problem.",
                required=True,
            ),
            Column("paper", TEXT, "Paper whose entry contains the line.", "papers"),
            Column("field", TEXT, "Field that the line holds: title, authors, keywords or digest."),
        ),
        ("list", "line"),
        indexes=(("status",), ("field",)),
        facets=("status", "field"),
        sort="line",
    ),
    Table(
        "source",
        "What this database was built from, as a whole: one row. The table `lists` has each list.",
        (
            Column("title", TEXT, "Title of the list, from its first heading.", required=True),
            DESCRIPTION,
            HOMEPAGE,
            TAGS,
            Column("name", TEXT, "File name of the list.", required=True),
            URL,
            Column("sha256", TEXT, "SHA-256 of its text as UTF-8 with LF line endings, in hexadecimal.", required=True),
            BYTES,
            LINE_COUNT,
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
