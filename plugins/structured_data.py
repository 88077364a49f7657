"""What search engines and reference managers read in a page's head: JSON-LD and `citation_*` tags."""

import json

from datasette import hookimpl
from markupsafe import Markup


def as_json_ld(value):
    """JSON that can't end its script element."""
    text = json.dumps({"@context": "https://schema.org", **value}, ensure_ascii=False)
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))


def dataset_json_ld(the_list, metadata, site_url):
    """The database as a schema.org Dataset."""
    files = (
        ("SQLite", "phenomena.db", "application/vnd.sqlite3"),
        ("CSV", "phenomena/papers.csv?_stream=on", "text/csv"),
    )
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
            {"@type": "DataDownload", "name": name, "contentUrl": site_url + path, "encodingFormat": media_type}
            for name, path, media_type in files
        ],
    }
    return as_json_ld({key: item for key, item in value.items() if item})


def date_of(paper, venue):
    """The year of publication; of what isn't published, its month on arXiv or the list's year. None if unknown."""
    if venue and venue["id"] != "arxiv":
        return paper["venue_year"]
    return paper["submitted"] or paper["year"]


def article_json_ld(paper, authors, venue, page_url):
    """A paper as a schema.org ScholarlyArticle; the digest is left out, for it isn't the paper's abstract."""
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


def citation_tags(paper, authors, venue):
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
def extra_template_vars():
    return {"dataset_json_ld": dataset_json_ld, "article_json_ld": article_json_ld, "citation_tags": citation_tags}
