"""The list of papers in the order of relevance, as a search has it where no other is chosen: page by page, by offset.

Datasette pages a table by the values of its sort column; relevance is no column. So the statement of the page joins the
ranks, and ends in a limit and an offset; its count and facets are those of the whole selection anyway.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from datasette.utils import path_with_replaced_args
from datasette.utils.asgi import BadRequest, Request

from ..internals import ReadTable
from .expressions import MATCHED, RANKED
from .finding import typed_search

if TYPE_CHECKING:
    from datasette.app import Datasette

WEIGHTS = (10.0, 6.0, 4.0, 2.0, 1.0)  # of title, keywords, authors, venue and digest
RANKS = (
    f"(select rowid as found, bm25(papers_fts, {', '.join(map(str, WEIGHTS))}) as score "
    "from papers_fts where papers_fts match :match)"
)
COUNT_OF_ALL = re.compile(r"select count\(\*\) from \w+ *")
COUNT = f"select count(*) from papers where {RANKED}"
INNER_LIMIT = re.compile(r" limit \d+(?: offset \d+)?(?=\) on found = papers\.rowid order by score, found$)")
SORTS = ("_sort", "_sort_desc", "_sort_by_desc")
Data = dict[str, Any]


def is_by_relevance(request: Request) -> bool:
    """Whether a page is in the order of relevance: it searches, and no other order is chosen."""
    size = request.args.get("_size") or "max"
    has_size = size == "max" or (size.isascii() and size.isdigit())  # Datasette refuses others
    return bool(typed_search(request)) and has_size and not any(map(request.args.get, SORTS))


def read_offset(request: Request, following: str | None) -> int:
    """How many papers come before a page. Raises BadRequest where `_next` is no such number."""
    token = following or request.args.get("_next") or "0"
    if not (token.isascii() and token.isdigit() and len(token) < 10):
        raise BadRequest("In the order of relevance, _next is the number of papers before the page.")
    return int(token)


def rank(sql: str, ending: str, otherwise: str, size: int, offset: int) -> str:
    """The statement of a first page, which ends in `ending` and its limit, for a page in the order of relevance.

    Where nothing is ranked, as for filters alone, the page is in the order `otherwise`. Other statements stay.

    >>> rank("select id from papers where year = 1 order by id limit 26", "order by id limit ", "order by id", 25, 50)
    'select id from papers where year = 1 order by id limit 26 offset 50'
    """
    limit = f"{size + 1}"
    if not sql.endswith(ending + limit):
        return sql
    before, order = sql.removesuffix(ending + limit), otherwise
    first = f" limit {limit}" + (f" offset {offset}" if offset else "")
    if RANKED not in sql:
        return f"{before}{order}{first}"
    columns, _, conditions = before.partition(" from papers where ")
    others = conditions.rstrip().replace(f" and {RANKED}", "").replace(f"{RANKED} and ", "")
    chosen = "" if others == RANKED else f" where +found in (select rowid from papers where {others})"
    ranked = f"select found, score from {RANKS}{chosen} order by score, found{first}"  # papers, which are long, later
    return f"{columns} from papers join ({ranked}) on found = papers.rowid order by score, found limit {limit}"


def without_limit(source: str) -> str:
    """The end of the statement of a page in this order, without the limit on what is ranked."""
    return INNER_LIMIT.sub("", source)


def count_directly(sql: str) -> str:
    """A count of what a search finds, from its index alone: ten times faster; one of a view's rows without their order,
    which SQLite leaves out where a statement has another: eight times faster. Other statements stay.
    """
    if COUNT_OF_ALL.fullmatch(sql):
        return f"{sql} order by 1"
    return MATCHED.format("count(*)") if sql.rstrip() == COUNT else sql


async def make_page(
    read: ReadTable,
    datasette: Datasette,
    request: Request,
    first: Request,
    default_labels: bool,
    asked: tuple[int, int],
) -> Any:
    """A page in the order of relevance; `first` is the request for the first page, `asked` are size and offset."""
    size, offset = asked
    answer = await read(first, default_labels, None, str(size))
    if not isinstance(answer, tuple):
        return answer
    page, make_context, templates = answer
    following = offset + size if page["next"] else None
    url = path_with_replaced_args(request, {"_next": following})
    page["next"] = str(following) if following else None
    page["next_url"] = datasette.absolute_url(request, datasette.urls.path(url)) if following else None
    words = page["human_description_en"].rpartition("sorted by ")[0]
    page["human_description_en"] = f"{words}sorted by relevance"

    async def context() -> Data:
        sql, _, limit = page["query"]["sql"].rpartition(" limit ")
        whole = {**page["query"], "sql": f"{without_limit(sql)} limit {limit}"}
        return {**await make_context(), "sort": None, "sort_desc": None, "whole_query": whole}

    return page, context, templates
