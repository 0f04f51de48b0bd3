"""HTTP, public: the live manifest and the pinned schemas. No pydantic and no router: two routes, read by hand."""

from __future__ import annotations

import base64
import logging
from typing import TYPE_CHECKING, Any

from functions.resolve.use_case import MISS_CACHE, PluginGoneError
from functions.resolve.wiring import from_environment, prepare
from shared.domain.errors import NotFoundError, StandfastError
from shared.domain.figures import RESOLVES, Figure
from shared.domain.plugin import cache_tag
from shared.edge import origin, payloads, problems

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from functions.resolve.schema import Resource
    from functions.resolve.wiring import Resolving

    type Event = Mapping[str, Any]
    type LambdaHandler = Callable[[Event, Any], dict[str, Any]]

ROUTES = (
    "/plugins/{plugin_id}/.well-known/ai-plugin.json",
    "/plugins/{plugin_id}/versions/{version}/{schema_name}",
)
"""What the template routes here, for GET and HEAD."""

_LONGEST_NUMBER = 8
_TEXTS = {"application/json", "application/yaml"}
_READABLE_BY_ALL = {
    "access-control-allow-origin": "*",
    "access-control-expose-headers": "etag",
    "x-content-type-options": "nosniff",
    # A logo may be an SVG, and a stranger's SVG may hold a script: opened as a page, it runs nothing and loads nothing.
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
}


def build(
    provide: Callable[[], Resolving], *, guard: Callable[[], origin.Origin] = origin.from_environment
) -> LambdaHandler:
    """Make the Lambda handler."""

    def handler(event: Event, _context: Any) -> dict[str, Any]:  # noqa: ANN401 - Lambda's own context object
        resolving = provide()
        answer = _answer(event, resolving, guard)
        resolving.metrics.record(Figure(RESOLVES, label=_outcome(answer["statusCode"])))
        return answer

    return handler


def _answer(event: Event, resolving: Resolving, guard: Callable[[], origin.Origin]) -> dict[str, Any]:
    is_head = event["requestContext"]["http"]["method"] == "HEAD"
    plugin = event["pathParameters"]["plugin_id"]
    try:
        host = guard().host_asked(event)
        found = _found(_resource(event, host, resolving), plugin)
        return _without_body(found) if is_head else found
    except Exception as error:  # noqa: BLE001 - the edge: every error becomes a problem
        return _missed(error, plugin)


def _outcome(status: int) -> str:
    """Return the label that an answer is counted under: a few statuses by themselves, the others by their class."""
    return str(status) if str(status) in RESOLVES.values else f"{status // 100}xx"


def _resource(event: Event, host: str, resolving: Resolving) -> Resource:
    path: Mapping[str, str] = event["pathParameters"]
    known = _known(event.get("headers", {}).get("if-none-match", ""))
    if "version" not in path:
        base_url = resolving.public_base_url or f"https://{host}"
        return resolving.resolve.manifest(path["plugin_id"], base_url=base_url, known=known)
    return resolving.resolve.document(path["plugin_id"], _number(path["version"]), path["schema_name"], known=known)


def _number(text: str) -> int:
    """Read a version number; 0, which no version has, for anything else."""
    is_number = text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER and not text.startswith("0")
    return int(text) if is_number else 0


def _known(if_none_match: str) -> Callable[[str], bool]:
    """Read If-None-Match (RFC 9110, 13.1.2): weak comparison, so the W/ that a cache puts in front is no matter."""
    tags = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    return lambda etag: etag in tags or "*" in tags


def _without_body(answer: dict[str, Any]) -> dict[str, Any]:
    """Answer HEAD: what GET would say, length and all, without saying it."""
    body = answer.pop("body", "")
    length = len(base64.b64decode(body)) if answer.pop("isBase64Encoded", None) else len(body.encode())
    return answer | {"headers": answer["headers"] | {"content-length": str(length)}}


def _found(resource: Resource, plugin: str) -> dict[str, Any]:
    headers = {
        **_READABLE_BY_ALL,
        "etag": resource.etag,
        "cache-control": resource.cache_control,
        "cache-tag": _tag(plugin),
    }
    if resource.body is None:
        return {"statusCode": 304, "headers": headers}
    headers["content-type"] = resource.media_type
    body = payloads.passed_on(resource.body, is_text=resource.media_type in _TEXTS)
    return {"statusCode": 200, "headers": headers, **body}


def _missed(error: Exception, plugin: str) -> dict[str, Any]:
    headers = {**_READABLE_BY_ALL, "content-type": problems.MEDIA_TYPE, "cache-control": "no-store"}
    if isinstance(error, PluginGoneError):
        status, body = problems.GONE.status, problems.write(problems.GONE, str(error))
    else:
        status, body = problems.problem_of(error).status, problems.body_of(error)
    if isinstance(error, (PluginGoneError, NotFoundError)):
        # Brief, so that a flood of misses stays at the edge; tagged, so that a release ends it at once.
        headers |= {"cache-control": MISS_CACHE, "cache-tag": _tag(plugin)}
    elif not isinstance(error, StandfastError) or status >= problems.INTERNAL.status:
        logging.getLogger("resolve").error("unforeseen", exc_info=error)
    return {"statusCode": status, "headers": headers, "body": body}


def _tag(plugin: str) -> str:
    """Return the cache tag of everything about a plugin. What is no id gets one that is safe in a header."""
    return cache_tag(plugin if plugin.isascii() and plugin.replace("-", "").isalnum() else "unknown")


handler = build(from_environment)
prepare()
