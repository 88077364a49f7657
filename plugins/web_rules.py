"""What the site answers at all, and what browsers may do with it.

It is read: methods other than GET, HEAD and OPTIONS answer 405. Addresses are bounded in length, parameters and facets;
debugging pages and parameters are closed, because they show paths of files or other readers' queries. Every response
says what a browser may run: scripts of this site, none written into a page; `eval` only on the pages where
datasette-vega draws. Data is never sent as a page, may be read from other sites, and no redirect leaves this one.
"""

import json
import re
from functools import partial
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from asgi_gzip import GZipMiddleware
from datasette import hookimpl
from datasette.utils import module_from_path
from datasette.utils.asgi import Request

KINDS, PARAMETERS, REFUSALS, PUBLIC = (  # plugins/ is not on the import path
    module_from_path(str(Path(__file__).with_name(f"{name}.py")), name)
    for name in ("kinds", "parameters", "refusals", "public_address")
)
METHODS = b"GET, HEAD, OPTIONS"
MOST_QUERY_BYTES = 32_768  # a search of 10,000 signs, each written as %xx
MOST_PATH_BYTES = 2_048
MOST_VALUE_SIGNS = 10_000  # of a parameter that pages repeat in their links
MOST_BYTES_WITH_FACETS = 4_096  # whose links repeat the whole address
LONG_PARAMETERS = {"sql", "q", "_search", "_where"}
MOST_PARAMETERS = 100
MOST_FACETS = 10
DEBUGGING = {"_trace", "_context"}
CLOSED = re.compile(r"^/-/(threads|databases|permissions|messages|allow-debug|auth-token|logout|patterns|actor)\b")
STRANGE = re.compile(r"^//|\\|%5c|%00|/%2f|[\x00-\x20\x7f]", re.IGNORECASE)
CONTROLS = re.compile(r"[\x00-\x20]")  # a browser leaves them out of an address
DATA = re.compile(r"\.(?!html$)\w+$")
ALTERNATE = b'; rel="alternate"'
RETRY_SECONDS = b"3"
COMPRESSION = 4  # of 1 to 9; at 9 one long answer keeps all others waiting for half a minute

BASIC = {
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"strict-origin-when-cross-origin",
    b"permissions-policy": b"camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    b"cross-origin-opener-policy": b"same-origin",
}
SHARED = {
    b"access-control-allow-origin": b"*",
    b"access-control-expose-headers": b"Link, ETag, Content-Disposition, Retry-After",
}
POLICY = (
    "default-src 'none'; script-src 'self'{scripts}; style-src 'self'{styles}; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
PAGE_POLICY = POLICY.format(scripts="", styles="").encode()
CHART_POLICY = POLICY.format(scripts=" 'unsafe-eval'", styles=" 'unsafe-inline'").encode()
DATA_POLICY = b"default-src 'none'; frame-ancestors 'none'; sandbox"


def refuse_address(path, query):
    """(status, words) for an address that isn't answered, None for one that is.

    >>> refuse_address("/", "_trace=1")
    (400, '_trace is for debugging and not open here.')
    """
    if len(query) > MOST_QUERY_BYTES or len(path) > MOST_PATH_BYTES:
        return 414, f"The address is too long; {MOST_QUERY_BYTES:,} signs may follow its question mark."
    if STRANGE.search(path):
        return 404, "There is no such page."
    if CLOSED.search(path):
        return 404, "This page of Datasette is not open here."
    pairs = parse_qsl(query, keep_blank_values=True)
    names = [name for name, _ in pairs]
    if any(len(value) > MOST_VALUE_SIGNS for name, value in pairs if name not in LONG_PARAMETERS):
        return 414, f"Only {', '.join(sorted(LONG_PARAMETERS))} may be longer than {MOST_VALUE_SIGNS:,} signs."
    if len(query) > MOST_BYTES_WITH_FACETS and any(name.startswith("_facet") for name in names):
        return 414, f"Facets repeat the address; with them it may have {MOST_BYTES_WITH_FACETS:,} signs."
    if debugging := DEBUGGING.intersection(names):
        return 400, f"{debugging.pop()} is for debugging and not open here."
    if "" in names:
        return 400, "The address has a parameter without a name."
    if len(names) > MOST_PARAMETERS:
        return 400, f"The address has {len(names)} parameters; {MOST_PARAMETERS} are read."
    if (facets := sum(re.match(r"_facet(?!_size)", name) is not None for name in names)) > MOST_FACETS:
        return 400, f"The address asks for {facets} facets; {MOST_FACETS} are counted at once."
    return None


def is_chart_page(path, query, database="phenomena"):
    """Whether datasette-vega may draw: on a query, and on a table, view or canned query."""
    parts = path.strip("/").split("/")
    return parts[0] == database and (len(parts) == 2 or (len(parts) == 1 and "sql=" in query))


def stays_here(location, host):
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


def is_page(headers):
    return headers.get(b"content-type", b"").lower().startswith(b"text/html")


def choose_headers(status, headers, path, query, is_public):
    """The headers of a response as they leave: what the site promises put over what the view set."""
    kept = {name.lower(): value for name, value in headers if name.lower() != b"set-cookie"}
    if is_page(kept) and (status >= 400 or 200 <= status < 300) and DATA.search(path):
        kept[b"content-type"] = b"text/plain; charset=utf-8"
    if is_page(kept):
        kept[b"content-security-policy"] = CHART_POLICY if is_chart_page(path, query) else PAGE_POLICY
    elif not path.startswith(("/static/", "/-/static")):
        kept |= SHARED | {b"content-security-policy": DATA_POLICY}
    if ALTERNATE in kept.get(b"link", b""):  # Datasette repeats the page's whole query
        address, _, rest = kept[b"link"].partition(ALTERNATE)
        place, _, asked = address.decode("latin-1").partition("?")
        asked = PARAMETERS.for_json(asked)
        kept[b"link"] = (place + (f"?{asked}" if asked else "")).encode("latin-1") + ALTERNATE + rest
    if status == 503:
        kept[b"retry-after"] = RETRY_SECONDS
    if not is_public:
        kept = PUBLIC.for_readers_alone(kept, path)
    cookies = [(name, value) for name, value in headers if name.lower() == b"set-cookie"]
    return [*(kept | BASIC).items(), *cookies]


async def answer(send, path, status, words, headers=()):
    """A short answer: JSON where that is asked for, else plain text."""
    kind, body = "text/plain; charset=utf-8", f"{words}\n"
    if path.endswith(".json"):
        kind, body = "application/json", json.dumps({"ok": False, "error": words, "status": status, "title": None})
    start = [(b"content-type", kind.encode()), *headers] if words else list(headers)
    await send({"type": "http.response.start", "status": status, "headers": start})
    await send({"type": "http.response.body", "body": body.encode() if words else b""})


def outgoing(send, scope, path, query, is_public):
    """A `send` that puts the site's headers on, keeps redirects here, and drops the body of an answer to HEAD."""
    host = dict(scope["headers"]).get(b"host", b"").decode("latin-1")
    choose = partial(choose_headers, path=path, query=query, is_public=is_public)
    is_dropped = False

    async def send_out(message):
        nonlocal is_dropped
        if message["type"] == "http.response.start":
            location = dict(message["headers"]).get(b"location") or dict(message["headers"]).get(b"Location")
            if location and not stays_here(location.decode("latin-1"), host):
                is_dropped = True
                return await answer(send_out_plainly, path, 404, "There is no such page.")
            message = {**message, "headers": choose(message["status"], message["headers"])}
        elif is_dropped:
            return None
        elif scope["method"] == "HEAD":
            message = {**message, "body": b""}
        return await send(message)

    async def send_out_plainly(message):
        if "headers" in message:
            message = {**message, "headers": choose(message["status"], message["headers"])}
        await send(message)

    return send_out


@hookimpl(trylast=True)
def asgi_wrapper(datasette):
    base = datasette.setting("base_url")
    address = PUBLIC.read_address(base)
    kinds = KINDS.Kinds(datasette)

    def wrap(app):
        app = GZipMiddleware(app, compresslevel=COMPRESSION)

        async def ruled(scope, receive, send):
            if scope["type"] != "http":
                return await app(scope, receive, send)
            path = (scope.get("raw_path") or scope["path"].encode()).decode("latin-1").partition("?")[0]
            path = "/" + path.removeprefix(base) if base != "/" else path
            query = scope["query_string"].decode("latin-1")
            scope = PUBLIC.put_on(scope, address) if address else scope
            send = outgoing(send, scope, path, query, address is not None)
            if scope["method"] == "OPTIONS":
                allowed = [(b"allow", METHODS), (b"access-control-allow-methods", METHODS)]
                return await answer(send, path, 204, "", [*allowed, *SHARED.items()])
            if scope["method"] not in ("GET", "HEAD"):
                return await answer(send, path, 405, "The site is read only.", [(b"allow", METHODS)])
            if refusal := refuse_address(path, query):
                return await answer(send, path, *refusal)
            await datasette.invoke_startup()
            query, refusal = await kinds.judge(path, query)
            scope = {**scope, "method": "GET", "query_string": query.encode("latin-1")}
            if refusal:
                request = Request({**scope, "csrftoken": str}, receive)
                return await (await REFUSALS.answer(datasette, request, *refusal)).asgi_send(send)
            return await app(scope, receive, send)

        return ruled

    return wrap
