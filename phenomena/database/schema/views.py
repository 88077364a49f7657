"""Views: the columns of each with their meaning. The SQL of each is database/views/NAME.sql."""

from __future__ import annotations

from .columns import View

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
