"""Views: the columns of each with their meaning. The SQL of each is database/views/NAME.sql."""

from __future__ import annotations

from .columns import View

VIEWS: tuple[View, ...] = (
    View(
        "list_entries",
        "The list as other programs read it: one row per entry, in list order, text as written.",
        {
            "line": "Line of the list on which the entry begins.",
            "topic": "Name of the topic above the entry.",
            "year": "Year of the heading above the entry.",
            "title": "Title without its closing full stop.",
            "authors": "Authors in order, as written, each once; a JSON array.",
            "venue": "Venue as written, such as NeurIPS 2022.",
            "keywords": "Keywords as written, without the closing full stop; a JSON array.",
            "paper_url": "First link that isn't labelled code.",
            "code_url": "First link labelled code.",
            "digest": "Short summary written for this edition of the list; not the paper's abstract.",
            "paper": "Key of the paper in papers.",
            "list": "Key of the list in lists.",
        },
        facets=("topic", "year"),
    ),
    View(
        "topic_years",
        "Number of papers for every topic and every year from the first to the last, zeros included.",
        {
            "topic": "Name of the topic.",
            "year": "Year of the list's heading.",
            "paper_count": "Number of distinct papers listed there, or 0.",
            "topic_id": "Key of the topic in topics.",
        },
        facets=("topic", "year"),
    ),
    View(
        "keyword_years",
        "Number of papers for each keyword and year.",
        {
            "keyword": "The keyword in its most frequent spelling.",
            "year": "Year under which the papers are listed.",
            "paper_count": "Number of papers with the keyword in that year, at least 1.",
            "keyword_id": "Key of the keyword in keywords.",
        },
    ),
    View(
        "keyword_pairs",
        "Pairs of keywords that occur on the same papers, each pair once.",
        {
            "keyword": "First keyword.",
            "other": "Second keyword, whose key comes later in the alphabet.",
            "paper_count": "Number of papers with both.",
            "keyword_id": "Key of the first keyword in keywords.",
            "other_id": "Key of the second keyword in keywords.",
        },
    ),
    View(
        "coauthors",
        "Pairs of co-authors, each in both directions; the weight keeps papers with very many authors from dominating.",
        {
            "author": "Name of the author.",
            "coauthor": "Name of a co-author.",
            "paper_count": "Number of papers in the list by both.",
            "weight": "Sum of 1 / (authors - 1) over those papers: each paper adds 1 in all to each of its authors.",
            "author_id": "Key of the author in authors.",
            "coauthor_id": "Key of the co-author in authors.",
        },
    ),
    View(
        "venue_years",
        "Number of papers for each venue and the year given with it.",
        {
            "venue": "Short name of the venue.",
            "kind": "Kind of venue: conference, journal, workshop or thesis; empty if it isn't known.",
            "year": "Year given with the venue; empty if the list gives none.",
            "paper_count": "Number of papers.",
            "venue_id": "Key of the venue in venues.",
        },
    ),
    View(
        "code_by_year",
        "Number and share of papers per year with a link to code.",
        {
            "year": "Year under which the papers are listed.",
            "paper_count": "Number of papers of that year.",
            "with_code": "Number of these with a link labelled code.",
            "share": "with_code divided by paper_count, from 0 to 1.",
        },
    ),
    View(
        "publication_lag",
        "Years from arXiv to the venue, for papers with both an arXiv identifier and a venue year.",
        {
            "paper": "Key of the paper in papers.",
            "title": "Title of the paper.",
            "submitted": "Month of the first arXiv version.",
            "venue": "Short name of the venue.",
            "venue_year": "Year given with the venue.",
            "lag_years": "venue_year minus the year of submission, in calendar years.",
        },
    ),
    View(
        "topic_additions",
        "Number of today's entries for every topic and year of addition, zeros included. Empty without a history.",
        {
            "topic": "Name of the topic.",
            "added_year": "Year in which the entries came into the list.",
            "entry_count": "Number of today's entries that came in that year, or 0; those removed since don't count.",
            "entries_so_far": "Number of today's entries that came by the end of that year.",
            "topic_id": "Key of the topic in topics.",
        },
        facets=("topic", "added_year"),
    ),
    View(
        "listing_lag",
        "Months from arXiv to the list, for papers with both an arXiv identifier and a day of addition.",
        {
            "paper": "Key of the paper in papers.",
            "title": "Title of the paper.",
            "submitted": "Month of the first arXiv version.",
            "added": "Day on which the list first had the paper.",
            "lag_months": "Month of addition minus month of submission, in calendar months.",
            "lag": "Class of lag_months, from same month to 24 months or more; before arXiv where it is below 0.",
        },
        facets=("lag",),
    ),
    View(
        "coverage",
        "For each column of papers, the share of papers with a value.",
        {
            "column": "Column of papers.",
            "paper_count": "Number of papers.",
            "filled": "Number of papers with a value; an empty JSON array counts as no value.",
            "missing": "Number of papers without a value.",
            "share": "filled divided by paper_count, from 0 to 1.",
        },
    ),
    View(
        "screening",
        "Papers with the column names that screening tools read. The abstract is this edition's digest.",
        {
            "title": "Title of the paper.",
            "abstract": "The digest: a short summary written for this edition, not the paper's abstract.",
            "authors": "Authors, separated by semicolons.",
            "keywords": "Keywords, separated by semicolons.",
            "doi": "Digital object identifier; for arXiv papers the one registered by arXiv.",
            "url": "Address of the paper.",
            "year": "Year under which the paper is listed.",
            "paper": "Key of the paper in papers.",
        },
    ),
)
