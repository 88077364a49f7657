"""All pages of a table or view, as the site itself serves them: what a download without pages is made of.

Citations and JSON ask; this file has no hook of its own.
"""

from urllib.parse import parse_qs, urlencode, urlsplit

from datasette.utils import PrefixedUrlString


async def read_pages(datasette, request, database, table, arguments):
    """Yield the JSON answers of all pages, the first that is not 200 as the last; `arguments` name no page or size."""
    headers = {name: value for name in ("cookie", "authorization") if (value := request.headers.get(name))}
    address = datasette.urls.table(database, table, format="json")
    arguments = [*arguments, ("_size", datasette.setting("max_returned_rows"))]
    following = []
    while True:
        query = urlencode([*arguments, *following])
        answer = await datasette.client.get(PrefixedUrlString(f"{address}?{query}"), headers=headers)
        yield answer
        if answer.status_code != 200 or "next" not in answer.links:
            return
        following = [("_next", parse_qs(urlsplit(answer.links["next"]["url"]).query)["_next"][0])]
