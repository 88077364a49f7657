"""What search engines and reference managers read in a page's head: JSON-LD and `citation_*` tags."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any

from datasette import hookimpl
from markupsafe import Markup

Row = Mapping[str, Any]


def as_json_ld(value: Row) -> Markup:
    """JSON that can't end its script element."""
    text = json.dumps({"@context": "https://schema.org", **value}, ensure_ascii=False)
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))


def describe_dataset(the_list: Row, metadata: Row, site_url: str, offered: Sequence[Row]) -> Markup:
    """The database as a schema.org Dataset, in JSON-LD, with the files of the archive that the site offers."""
    files = [
        ("SQLite", "phenomena.db", "application/vnd.sqlite3", None),
        ("CSV", "phenomena/papers.csv?_stream=on", "text/csv", None),
        *((one["name"], one["path"].removeprefix("/"), one["media_type"], one["sha256"]) for one in offered),
    ]
    value = {
        "@type": "Dataset",
        "name": metadata.get("title"),
        "description": metadata.get("description"),
        "url": site_url,
        "license": metadata.get("license_url") or metadata.get("license"),
        "isBasedOn": the_list["homepage"] or the_list["url"],
        "keywords": json.loads(the_list["tags"] or "[]"),
        "version": the_list["content_sha256"][:12],
        "distribution": [
            {
                "@type": "DataDownload",
                "name": name,
                "contentUrl": site_url + path,
                "encodingFormat": media_type,
                **({"sha256": sha256} if sha256 else {}),
            }
            for name, path, media_type, sha256 in files
        ],
    }
    return as_json_ld({key: item for key, item in value.items() if item})


def date_of(paper: Row, venue: Row | None) -> str | int | None:
    """The year of publication; of what isn't published, its month on arXiv or the list's year. None if unknown."""
    is_published = venue and venue["id"] != "arxiv"
    date: str | int | None = paper["venue_year"] if is_published else paper["submitted"] or paper["year"]
    return date


def describe_article(paper: Row, authors: Sequence[Row], venue: Row | None, page_url: str) -> Markup:
    """A paper as a schema.org ScholarlyArticle, in JSON-LD; without the digest, which isn't its abstract."""
    same_as = [f"https://doi.org/{paper['doi']}"] if paper["doi"] else []
    same_as += [f"https://arxiv.org/abs/{paper['arxiv_id']}"] if paper["arxiv_id"] else []
    value = {
        "@type": "ScholarlyArticle",
        "headline": paper["title"],
        "name": paper["title"],
        "author": [{"@type": "Person", "name": one["name"]} for one in authors],
        "datePublished": str(date_of(paper, venue) or "") or None,
        "isPartOf": {"@type": "Periodical", "name": venue["full_name"] or venue["name"]} if venue else None,
        "keywords": json.loads(paper["keywords"] or "[]"),
        "mainEntityOfPage": page_url,
        "sameAs": same_as,
    }
    return as_json_ld({key: item for key, item in value.items() if item})


def citation_tags(paper: Row, authors: Sequence[Row], venue: Row | None) -> list[tuple[str, Any]]:
    """Name and content of the `citation_*` tags that reference managers read, in order."""
    tags = [("citation_title", paper["title"])]
    tags += [("citation_author", one["name"]) for one in authors]
    tags.append(("citation_publication_date", str(date_of(paper, venue) or "")[:4]))
    if venue:
        kind = {"journal": "citation_journal_title", "thesis": "citation_dissertation_name"}
        tags.append((kind.get(venue["kind"], "citation_conference_title"), venue["full_name"] or venue["name"]))
    tags += [("citation_doi", paper["doi"]), ("citation_arxiv_id", paper["arxiv_id"])]
    tags += [("citation_keywords", word) for word in json.loads(paper["keywords"] or "[]")]
    return [(name, content) for name, content in tags if content]


@hookimpl
def extra_template_vars() -> dict[str, object]:
    parts = SimpleNamespace(dataset=describe_dataset, article=describe_article, citation_tags=citation_tags)
    return {"structured_data": parts}
