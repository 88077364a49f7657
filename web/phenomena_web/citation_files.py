"""Files of citations: the records of some papers as one file, whole or in pieces."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any

from datasette.database import Database

PIECE = 500  # papers whose citations leave together
FORMATS = {
    "bib": ("bibtex", "application/x-bibtex"),
    "ris": ("ris", "application/x-research-info-systems"),
    "csl": ("csl", "application/vnd.citationstyles.csl+json"),
}
DIGEST_LABEL = "[Digest of the list, not the paper's abstract]"
END_OF_RECORD = "ER  - "


def join_citations(extension: str, texts: list[str]) -> str:
    """One file of many citations; without any, an empty one that its readers accept."""
    if extension == "csl" and texts:
        return "[\n" + ",\n".join(text.rstrip("\n") for text in texts) + "\n]\n"
    return "\n".join(texts) or ("[]\n" if extension == "csl" else "")


def add_abstract(extension: str, record: str, abstract: str | None) -> str:
    """A record of any format with its abstract, if there is one, as the last field; for BibTeX in LaTeX."""
    if not abstract:
        return record
    abstract = " ".join(abstract.split())
    if extension == "csl":
        return json.dumps({**json.loads(record), "abstract": abstract}, ensure_ascii=False) + "\n"
    if extension == "bib":
        return record.removesuffix("\n}\n") + ",\n\tabstract = {" + abstract + "}\n}\n"
    return record.replace("\n" + END_OF_RECORD, f"\nAB  - {abstract}\n{END_OF_RECORD}")


async def read_citations(db: Database, column: str, keys: Iterable[Any]) -> dict[str, str]:
    """Paper to citation, for those keys that are papers'."""
    sql = f"select paper, {column} from citations where paper in (select value from json_each(:keys))"
    found = await db.execute(sql, {"keys": json.dumps(list(keys), default=str)})
    return dict(tuple(row) for row in found.rows)


async def read_digests(db: Database, extension: str, keys: Iterable[str]) -> dict[str, str]:
    """Paper to labelled digest, for those papers that have one."""
    column = "citations.digest_latex" if extension == "bib" else "papers.digest"
    sql = f"""select papers.id, {column} from papers join citations on citations.paper = papers.id
        where papers.id in (select value from json_each(:keys)) and papers.digest is not null"""
    found = await db.execute(sql, {"keys": json.dumps(list(keys))})
    return {key: f"{DIGEST_LABEL} {digest}" for key, digest in found.rows}


async def find_unknown(db: Database, keys: Iterable[Any]) -> Any | None:
    """The first of some keys that is no paper's, None where all are."""
    sql = "select value from json_each(:keys) where value not in (select paper from citations) limit 1"
    found = (await db.execute(sql, {"keys": json.dumps(list(keys), default=str)})).first()
    return found["value"] if found else None


async def write_citations(db: Database, extension: str, papers: Sequence[str], with_digest: bool) -> AsyncIterator[str]:
    """Yield one file of many citations, a piece at a time; the pieces together are what `join_citations` gives."""
    if not papers:
        yield join_citations(extension, [])
    opening, between, closing = ("[\n", ",\n", "\n]\n") if extension == "csl" else ("", "\n", "")
    for start in range(0, len(papers), PIECE):
        keys = papers[start : start + PIECE]
        texts = await read_citations(db, FORMATS[extension][0], keys)
        digests = await read_digests(db, extension, keys) if with_digest else {}
        records = join_citations(extension, [add_abstract(extension, texts[key], digests.get(key)) for key in keys])
        is_last = start + PIECE >= len(papers)
        piece = records.removeprefix(opening).removesuffix(closing)
        yield (between if start else opening) + piece + (closing if is_last else "")
