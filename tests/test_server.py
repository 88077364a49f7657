"""The real `datasette .`, because import paths differ from those in process."""

from __future__ import annotations

import csv
import io

import httpx


def test_it_serves_rows_search_and_csv(server: str) -> None:
    with httpx.Client(base_url=server) as client:
        assert client.get("/").status_code == 200
        rows = client.get("/phenomena/papers.json?topic=neural-collapse&_shape=array&_size=max").json()
        topic = client.get("/phenomena/topics/neural-collapse.json").json()
        assert len(rows) == dict(zip(topic["columns"], topic["rows"][0], strict=True))["paper_count"]
        hits = client.get("/phenomena/search.json?q=grokking&_shape=array").json()
        assert hits[0]["snippet"].count("«") >= 1
        table = client.get("/phenomena/papers.csv?_stream=on&_size=max").text
        assert len(list(csv.DictReader(io.StringIO(table)))) == 580
