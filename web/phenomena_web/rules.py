"""What the site answers at all.

It is read: methods other than GET, HEAD and OPTIONS answer 405. Addresses are bounded in length, parameters and facets;
debugging pages and parameters are closed, because they show paths of files or other readers' queries. No redirect
leaves the site. Every response gets the headers of headers.py.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from datasette.utils.asgi import Request

from . import errors, public_address
from .headers import SHARED, choose_headers
from .kinds import Kinds

if TYPE_CHECKING:
    from datasette.app import Datasette

Scope = dict[str, Any]
METHODS = "GET, HEAD, OPTIONS"
MOST_QUERY_BYTES = 32_768  # a search of 10,000 characters, each written as %xx
MOST_PATH_BYTES = 2_048
MOST_VALUE_CHARACTERS = 10_000  # of a parameter that pages repeat in their links
MOST_BYTES_WITH_FACETS = 4_096  # whose links repeat the whole address
LONG_PARAMETERS = {"sql", "q", "_search", "_where"}
MOST_PARAMETERS = 100
MOST_FACETS = 10
DEBUGGING = {"_trace", "_context"}
CLOSED = re.compile(r"^/-/(threads|databases|permissions|messages|allow-debug|auth-token|logout|patterns|actor)\b")
STRANGE = re.compile(r"^//|\\|%5c|%00|/%2f|[\x00-\x20\x7f]", re.IGNORECASE)
CONTROLS = re.compile(r"[\x00-\x20]")  # a browser leaves them out of an address
NO_PAGE = "There is no such page."


def refuse_address(path: str, query: str) -> tuple[int, str] | None:
    """Status and message for an address that isn't answered, None for one that is.

    >>> refuse_address("/", "_trace=1")
    (400, '_trace is for debugging and not open here.')
    """
    if len(query) > MOST_QUERY_BYTES or len(path) > MOST_PATH_BYTES:
        limits = f"its path may have {MOST_PATH_BYTES:,} bytes and its query {MOST_QUERY_BYTES:,}"
        return 414, f"The address is too long: {limits}. Shorten it."
    if STRANGE.search(path):
        return 404, NO_PAGE
    if CLOSED.search(path):
        return 404, "This page of Datasette is not open here."
    return refuse_parameters(parse_qsl(query, keep_blank_values=True), len(query))


def refuse_parameters(pairs: list[tuple[str, str]], length: int) -> tuple[int, str] | None:
    """Status and message for parameters that no page reads, None where there is none; `length` in bytes."""
    names = [name for name, _ in pairs]
    if any(len(value) > MOST_VALUE_CHARACTERS for name, value in pairs if name not in LONG_PARAMETERS):
        longer = ", ".join(sorted(LONG_PARAMETERS))
        return 414, f"Only {longer} may be longer than {MOST_VALUE_CHARACTERS:,} characters."
    if length > MOST_BYTES_WITH_FACETS and any(name.startswith("_facet") for name in names):
        return (
            414,
            f"With facets, an address may have {MOST_BYTES_WITH_FACETS:,} characters, since every link repeats it. "
            "Shorten it, or remove the facets.",
        )
    if debugging := DEBUGGING.intersection(names):
        return 400, f"{debugging.pop()} is for debugging and not open here."
    if "" in names:
        return 400, "The address has a parameter without a name. Remove it."
    if len(names) > MOST_PARAMETERS:
        return 400, f"The address has {len(names)} parameters; at most {MOST_PARAMETERS} are allowed. Remove some."
    if (facets := sum(re.match(r"_facet(?!_size)", name) is not None for name in names)) > MOST_FACETS:
        return 400, f"The address asks for {facets} facets; at most {MOST_FACETS} are allowed. Remove some."
    return None


def stays_here(location: str, host: str) -> bool:
    r"""Whether a redirect leads to a page of this site, as a browser would read it.

    >>> stays_here("/phenomena?a=1", "here"), stays_here("http://here:8001/A1", "here:8001")
    (True, True)
    >>> stays_here("/\\elsewhere", "here"), stays_here("/\t/elsewhere", "here"), stays_here("http://elsewhere", "here")
    (False, False, False)
    """
    cleaned = CONTROLS.sub("", location).replace("\\", "/")
    if cleaned.startswith("/"):
        return not cleaned.startswith("//")
    return urlsplit(cleaned).scheme in ("http", "https") and urlsplit(cleaned).netloc == host


def outgoing(send: Any, scope: Scope, path: str, query: str, is_public: bool) -> Any:
    """A `send` that puts the site's headers on, keeps redirects here, and drops the body of an answer to HEAD."""
    host = dict(scope["headers"]).get(b"host", b"").decode("latin-1")
    choose = partial(choose_headers, path=path, query=query, is_public=is_public)
    is_dropped = False

    async def send_out(message: Scope) -> None:
        nonlocal is_dropped
        if message["type"] == "http.response.start":
            location = dict(message["headers"]).get(b"location") or dict(message["headers"]).get(b"Location")
            if location and not stays_here(location.decode("latin-1"), host):
                is_dropped = True
                await refuse(send_plainly, path, 404, NO_PAGE)
            else:
                await send_plainly(message)
        elif not is_dropped:
            await send({**message, "body": b""} if scope["method"] == "HEAD" else message)

    async def send_plainly(message: Scope) -> None:
        if "headers" in message:
            message = {**message, "headers": choose(message["status"], message["headers"])}
        await send(message)

    return send_out


async def refuse(send: Any, path: str, status: int, message: str, headers: dict[str, str] | None = None) -> None:
    """Answer with a message and no page, which would repeat what was asked for."""
    await errors.respond(errors.read_extension(path), status, message, headers).asgi_send(send)


async def send_options(send: Any) -> None:
    """The answer to OPTIONS, which has no body."""
    allowed = [(b"allow", METHODS.encode()), (b"access-control-allow-methods", METHODS.encode()), *SHARED.items()]
    allowed.append((b"access-control-allow-headers", b"Range, If-None-Match, If-Range"))
    await send({"type": "http.response.start", "status": 204, "headers": allowed})
    await send({"type": "http.response.body", "body": b""})


def site_path(scope: Scope, base: str) -> str:
    """The path of a request as it was written, below the setting base_url."""
    path: str = (scope.get("raw_path") or scope["path"].encode()).decode("latin-1").partition("?")[0]
    return "/" + path.removeprefix(base) if base != "/" else path


def with_rules(app: Any, datasette: Datasette) -> Any:
    """The application behind these rules. Raises ClickException where the public address is none."""
    base = datasette.setting("base_url")
    address = public_address.read_address(base)
    kinds = Kinds(datasette)

    async def ruled(scope: Scope, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        path = site_path(scope, base)
        query = scope["query_string"].decode("latin-1")
        scope = public_address.put_on(scope, address) if address else scope
        send = outgoing(send, scope, path, query, address is not None)
        if scope["method"] == "OPTIONS":
            await send_options(send)
        elif scope["method"] not in ("GET", "HEAD"):
            await refuse(send, path, 405, "The site is read only.", {"allow": METHODS})
        elif refusal := refuse_address(path, query):
            await refuse(send, path, *refusal)
        else:
            await datasette.invoke_startup()
            is_head = scope["method"] == "HEAD"  # which Datasette doesn't know
            await send_judged({**scope, "method": "GET", "is_head": is_head}, receive, send, path, query)

    async def send_judged(scope: Scope, receive: Any, send: Any, path: str, query: str) -> None:
        query, refusal = await kinds.judge(path, query)
        scope = {**scope, "query_string": query.encode("latin-1")}
        if refusal:
            request = Request({**scope, "csrftoken": str}, receive)  # the page's templates may ask for a token
            await (await errors.respond_to(datasette, request, *refusal)).asgi_send(send)
        else:
            await app(scope, receive, send)

    return ruled
