"""The database, declared before it is filled: tables, columns with their meaning, keys, indexes, facets, search.

The store creates the tables from this page and metadata.yml is made from it; no column exists that isn't here.
Types are those of SQLite's STRICT tables. Views are declared here too; the SQL of each is views/NAME.sql.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

TEXT, INTEGER, REAL = "TEXT", "INTEGER", "REAL"


@dataclass(frozen=True)
class Column:
    """One column: `meaning` is a sentence for a stranger, `references` the table whose key it holds."""

    name: str
    type: str
    meaning: str
    references: str | None = None
    required: bool = False


@dataclass(frozen=True)
class Table:
    """One table; a foreign key gets an index besides `indexes`. `facets` in order, `type:name` where not by column."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    indexes: tuple[tuple[str, ...], ...] = ()
    facets: tuple[str, ...] = ()
    sort: str | None = None
    sort_desc: str | None = None
    label: str | None = None
    hidden: bool = False

    @property
    def all_indexes(self) -> tuple[tuple[str, ...], ...]:
        """Declared indexes, and one for every foreign key that no index or key begins with."""
        led = {columns[0] for columns in (self.key, *self.indexes)}
        return (*self.indexes, *((c.name,) for c in self.columns if c.references and c.name not in led))


@dataclass(frozen=True)
class View:
    """One view; `columns` maps each to its meaning."""

    name: str
    meaning: str
    columns: Mapping[str, str]
    facets: tuple[str, ...] = ()


TABLES: tuple[Table, ...] = (
    Table(
        "topics",
        "The phenomena of the list, in its order: neural collapse, double descent, grokking and so on.",
        (
            Column("id", TEXT, "Permanent key: the topic's name in lower case, words joined by hyphens."),
            Column("name", TEXT, "The topic's name, as the list's heading writes it.", required=True),
            Column("position", INTEGER, "The topic's place in the list, from 1.", required=True),
            Column("image_url", TEXT, "Address of the image below the topic's heading, as written."),
            Column("paper_count", INTEGER, "Number of distinct papers listed under the topic.", required=True),
            Column("first_year", INTEGER, "Earliest year heading under which the topic lists a paper."),
            Column("last_year", INTEGER, "Latest year heading under which the topic lists a paper."),
        ),
        ("id",),
        sort="position",
        label="name",
    ),
    Table(
        "venues",
        "Where papers appeared: conferences, journals, workshops, theses.",
        (
            Column("id", TEXT, "Permanent key: the venue's name in lower case, words joined by hyphens."),
            Column("name", TEXT, "The venue's usual short name, without a year.", required=True),
            Column("full_name", TEXT, "The venue's name in full; empty where our table of venues lacks it."),
            Column("kind", TEXT, "conference, journal, workshop or thesis; empty where it isn't known."),
            Column("paper_count", INTEGER, "Number of papers of the list that appeared there.", required=True),
        ),
        ("id",),
        indexes=(("paper_count",), ("kind",)),
        facets=("kind",),
        sort_desc="paper_count",
        label="name",
    ),
    Table(
        "authors",
        "People named as authors. A key is a folded name: people of one name are not told apart.",
        (
            Column("id", TEXT, "Permanent key: the name in lower-case ASCII without spaces, hyphens and stops."),
            Column("name", TEXT, "The name in its most used spelling.", required=True),
            Column("paper_count", INTEGER, "Number of papers of the list that name the author.", required=True),
            Column("spellings", TEXT, "Every spelling of the name in the list, a JSON array.", required=True),
            Column("first_year", INTEGER, "Earliest year the list files one of the papers under."),
            Column("last_year", INTEGER, "Latest year the list files one of the papers under."),
        ),
        ("id",),
        indexes=(("paper_count",), ("name",)),
        sort_desc="paper_count",
        label="name",
    ),
    Table(
        "papers",
        "One row for each distinct paper of the list, however often it is listed.",
        (
            Column("id", TEXT, "Permanent key, from the paper's identifier (arxiv-2409-15156), else from its title."),
            Column(
                "title",
                TEXT,
                "Title as the list writes it (markdown source), without its closing full stop.",
                required=True,
            ),
            Column("topic", TEXT, "The first topic that lists the paper.", "topics"),
            Column("year", INTEGER, "Year of the list's heading: the year the keeper filed the paper under."),
            Column("submitted", TEXT, "Month of the first arXiv version, YYYY-MM, read from the arXiv id."),
            Column("venue", TEXT, "Where the list says the paper appeared; empty for most preprints.", "venues"),
            Column("venue_year", INTEGER, "Year the list gives with the venue."),
            Column(
                "authors", TEXT, "Authors in order, a JSON array of names in their most used spelling.", required=True
            ),
            Column("author_count", INTEGER, "Number of authors; 0 where the list names none.", required=True),
            Column("first_author", TEXT, "The author named first.", "authors"),
            Column("keywords", TEXT, "Keywords in order, a JSON array in their most used spelling.", required=True),
            Column("topics", TEXT, "All topics that list the paper, a JSON array of names.", required=True),
            Column(
                "digest", TEXT, "Short summary, in the words of this edition of the list; not the paper's abstract."
            ),
            Column("paper_url", TEXT, "Address of the paper: its first link that isn't labelled code, as written."),
            Column("code_url", TEXT, "Address of code: the first link labelled code, not always the authors' own."),
            Column("code_host", TEXT, "Host of that address in lower case, without www, such as github.com."),
            Column("arxiv_id", TEXT, "arXiv identifier without version, such as 2409.15156."),
            Column("doi", TEXT, "Digital object identifier in lower case, where a link holds one."),
            Column("openreview_id", TEXT, "OpenReview forum identifier, where a link holds one."),
            Column("citekey", TEXT, "Unique citation key: first author, year, first word of the title.", required=True),
        ),
        ("id",),
        indexes=(
            ("topic", "year"),
            ("year", "code_url"),
            ("submitted",),
            ("venue", "venue_year"),
            ("citekey",),
            ("paper_url",),
        ),
        facets=("by:topic", "by:year", "by:venue", "by:keyword", "by:author"),
        sort_desc="submitted",
        label="title",
    ),
    Table(
        "listings",
        "One row for each entry of the list, in list order, with its fields exactly as that entry writes them.",
        (
            Column("id", INTEGER, "Number of the entry in the list, from 1."),
            Column("paper", TEXT, "The paper that is listed.", "papers", required=True),
            Column("topic", TEXT, "The topic under which it is listed.", "topics"),
            Column("year", INTEGER, "Year of the heading above the entry."),
            Column("position", INTEGER, "Place of the entry among those of its topic and year, from 1.", required=True),
            Column("line", INTEGER, "Line of the list on which the entry begins.", required=True),
            Column("title", TEXT, "Title as this entry writes it.", required=True),
            Column(
                "authors",
                TEXT,
                "Authors as this entry writes them, a JSON array in order, nobody twice.",
                required=True,
            ),
            Column("venue", TEXT, "Venue as this entry writes it, such as NeurIPS 2022."),
            Column("keywords", TEXT, "Keywords as this entry writes them, a JSON array in order.", required=True),
            Column("paper_url", TEXT, "First link of this entry that isn't labelled code, as written."),
            Column("code_url", TEXT, "First link of this entry labelled code, as written."),
            Column("digest", TEXT, "Digest of this entry, as written."),
        ),
        ("id",),
        indexes=(("topic", "year"), ("year",), ("line",)),
        facets=("topic", "year"),
        sort="id",
        label="title",
    ),
    Table(
        "paper_authors",
        "Who wrote which paper, in order.",
        (
            Column("paper", TEXT, "The paper.", "papers", required=True),
            Column("position", INTEGER, "Place of the author on the paper, from 1.", required=True),
            Column("author", TEXT, "The author.", "authors", required=True),
            Column("as_written", TEXT, "The name as the list writes it for this paper.", required=True),
        ),
        ("paper", "position"),
        indexes=(("author", "paper"),),
    ),
    Table(
        "keywords",
        "Keywords of the list. Spellings that differ in case, hyphen, space or plural share one row.",
        (
            Column("id", TEXT, "Permanent key: the word in lower-case ASCII, singular, without spaces and hyphens."),
            Column("name", TEXT, "The keyword in its most used spelling.", required=True),
            Column("paper_count", INTEGER, "Number of papers with the keyword.", required=True),
            Column("spellings", TEXT, "Every spelling in the list, a JSON array, the most used first.", required=True),
            Column("first_year", INTEGER, "Earliest year the list files one of the papers under."),
            Column("last_year", INTEGER, "Latest year the list files one of the papers under."),
        ),
        ("id",),
        indexes=(("paper_count",), ("name",)),
        sort_desc="paper_count",
        label="name",
    ),
    Table(
        "paper_keywords",
        "Which paper has which keywords, in order.",
        (
            Column("paper", TEXT, "The paper.", "papers", required=True),
            Column("position", INTEGER, "Place of the keyword on the paper, from 1.", required=True),
            Column("keyword", TEXT, "The keyword.", "keywords", required=True),
            Column("as_written", TEXT, "The keyword as the list writes it for this paper.", required=True),
        ),
        ("paper", "position"),
        indexes=(("keyword", "paper"),),
    ),
    Table(
        "links",
        "Every link of the entries, as written.",
        (
            Column("id", INTEGER, "Number of the link in list order, from 1."),
            Column("paper", TEXT, "The paper whose entry has the link.", "papers", required=True),
            Column(
                "label",
                TEXT,
                "The link's label: paper, code, book, project, or its text within a digest.",
                required=True,
            ),
            Column("url", TEXT, "Address as written; empty where the list has an empty link.", required=True),
            Column("host", TEXT, "Host of the address in lower case, without www; empty where it isn't http or https."),
            Column("field", TEXT, "Where the link stands: title or digest.", required=True),
        ),
        ("id",),
        indexes=(("host",), ("label",)),
        facets=("label", "host"),
        sort="id",
    ),
    Table(
        "related",
        "For each paper its nearest others, by shared keywords, authors and terms of title and digest.",
        (
            Column("paper", TEXT, "The paper.", "papers", required=True),
            Column("rank", INTEGER, "Place among its neighbours, 1 for the nearest.", required=True),
            Column("related", TEXT, "The neighbour.", "papers", required=True),
            Column("score", REAL, "Cosine of the two papers' weighted terms, above 0, at most 1.", required=True),
            Column(
                "shared", TEXT, "The shared keywords, authors and terms that weigh most, a JSON array.", required=True
            ),
        ),
        ("paper", "rank"),
    ),
    Table(
        "citations",
        "A ready citation of each paper in three formats; the downloads .bib, .ris and .csl are made of them.",
        (
            Column("paper", TEXT, "The paper.", "papers"),
            Column("bibtex", TEXT, "One BibTeX entry, under the paper's citekey.", required=True),
            Column("ris", TEXT, "One RIS record.", required=True),
            Column("csl", TEXT, "One CSL-JSON item, a JSON object.", required=True),
            Column("digest_latex", TEXT, "The paper's digest in LaTeX, for downloads of BibTeX that ask for it."),
        ),
        ("paper",),
        hidden=True,
    ),
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
            Column("tags", TEXT, "The list's tags, a JSON array.", required=True),
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

SEARCH_TABLE = "papers"
SEARCH_COLUMNS = ("title", "keywords", "authors", "venue", "digest")
SEARCH_WEIGHTS = (10.0, 6.0, 4.0, 2.0, 1.0)  # bm25 weights of the search columns, in their order
TOKENIZER = "porter unicode61 remove_diacritics 2"

VIEWS: tuple[View, ...] = (
    View(
        "list_entries",
        "The list as other programs read it: one row for each entry, in list order, text as written.",
        {
            "line": "Line of the list on which the entry begins.",
            "topic": "Name of the topic above the entry.",
            "year": "Year of the heading above the entry.",
            "title": "Title without its closing full stop.",
            "authors": "Authors as written, a JSON array in order, without a second mention of one author.",
            "venue": "Venue as written, such as NeurIPS 2022.",
            "keywords": "Keywords as written, a JSON array, without the closing full stop.",
            "paper_url": "First link that isn't labelled code.",
            "code_url": "First link labelled code.",
            "digest": "Short summary in the words of this edition of the list; not the paper's abstract.",
            "paper": "Key of the paper in papers.",
        },
        facets=("topic", "year"),
    ),
    View(
        "topic_years",
        "Papers for every topic and every year from the list's first to its last, zeros included.",
        {
            "topic": "Name of the topic.",
            "year": "Year of the list's heading.",
            "paper_count": "Number of distinct papers listed there; 0 where there is none.",
            "topic_id": "Key of the topic in topics.",
        },
        facets=("topic", "year"),
    ),
    View(
        "keyword_years",
        "Papers for each keyword and year.",
        {
            "keyword": "The keyword in its most used spelling.",
            "year": "Year the list files the papers under.",
            "paper_count": "Number of papers with the keyword in that year, at least 1.",
            "keyword_id": "Key of the keyword in keywords.",
        },
    ),
    View(
        "keyword_pairs",
        "Keywords that stand on the same papers; each pair once.",
        {
            "keyword": "One keyword.",
            "other": "The other, whose key comes later in the alphabet.",
            "paper_count": "Number of papers with both.",
            "keyword_id": "Key of the first in keywords.",
            "other_id": "Key of the second in keywords.",
        },
    ),
    View(
        "coauthors",
        "Authors and those they wrote with, each pair in both directions. Where one paper has very many authors, its "
        "weight says more than a count.",
        {
            "author": "Name of the author.",
            "coauthor": "Name of a co-author.",
            "paper_count": "Number of papers of the list that name both.",
            "weight": "Sum of 1 / (authors - 1) over those papers: each paper gives each of its authors 1 in all.",
            "author_id": "Key of the author in authors.",
            "coauthor_id": "Key of the co-author in authors.",
        },
    ),
    View(
        "venue_years",
        "Papers for each venue and the year given with it.",
        {
            "venue": "Short name of the venue.",
            "kind": "conference, journal, workshop or thesis; empty where it isn't known.",
            "year": "Year given with the venue; empty where the list gives none.",
            "paper_count": "Number of papers.",
            "venue_id": "Key of the venue in venues.",
        },
    ),
    View(
        "code_by_year",
        "How many papers of each year have a link to code.",
        {
            "year": "Year the list files the papers under.",
            "paper_count": "Number of papers of that year.",
            "with_code": "Number of them with a link labelled code.",
            "share": "with_code divided by paper_count, from 0 to 1.",
        },
    ),
    View(
        "publication_lag",
        "From arXiv to the venue, for papers with both an arXiv id and a venue year.",
        {
            "paper": "Key of the paper in papers.",
            "title": "Title of the paper.",
            "submitted": "Month of the first arXiv version.",
            "venue": "Short name of the venue.",
            "venue_year": "Year given with the venue.",
            "lag_years": "venue_year minus the year of submission: whole calendar years, no months.",
        },
    ),
    View(
        "coverage",
        "For each column of papers, the share of papers that have it.",
        {
            "column": "Column of papers.",
            "paper_count": "Number of papers.",
            "filled": "Number of papers with a value; an empty JSON array counts as none.",
            "missing": "Number of papers without.",
            "share": "filled divided by paper_count, from 0 to 1.",
        },
    ),
    View(
        "screening",
        "Papers under the column names that screening tools read. The abstract is this edition's digest.",
        {
            "title": "Title of the paper.",
            "abstract": "The digest: this edition's short summary, not the paper's own abstract.",
            "authors": "Names joined by semicolons.",
            "keywords": "Keywords joined by semicolons.",
            "doi": "Digital object identifier; for arXiv papers the one that arXiv registers.",
            "url": "Address of the paper.",
            "year": "Year the list files the paper under.",
            "paper": "Key of the paper in papers.",
        },
    ),
)


def table(name: str) -> Table:
    """The table of that name; KeyError without one."""
    return {one.name: one for one in TABLES}[name]
