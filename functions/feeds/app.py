"""HTTP, public: the history of the store for mirrors, and a feed for each plugin."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from functions.feeds.atom import MEDIA_TYPE, write_feed
from functions.feeds.schema import ChangeList, PluginChanges
from functions.feeds.wiring import from_environment
from shared.domain.identity import digest_of_bytes
from shared.domain.plugin import cache_tag
from shared.edge.api import Answer, Api, Nothing, Request

if TYPE_CHECKING:
    from functions.feeds.wiring import Publishing

api = Api("feeds")

_READABLE_BY_ALL = {"access-control-allow-origin": "*"}
_LIST_CACHE = "public, max-age=0, s-maxage=10"
_FEED_CACHE = "public, max-age=60, s-maxage=60"
_SINCE = "The `next_cursor` of an earlier answer, as in `cursor`. Without it the history starts at its beginning."


@api.route(
    "GET",
    "/v1/changes",
    summary="Follow what changes in the store",
    answers=ChangeList,
    pages=True,
    queries={"since": _SINCE},
)
def list_changes(request: Request[Nothing], publishing: Publishing) -> Answer:
    """List changes. Cached for a moment: at an edge, the cursor is a part of the key."""
    page = replace(request.page, cursor=request.query.get("since", request.page.cursor))
    return Answer(
        ChangeList.of(publishing.feeds.since(page)), headers={**_READABLE_BY_ALL, "cache-control": _LIST_CACHE}
    )


@api.route(
    "GET", "/catalog/{plugin_id}/changes", summary="Read the latest changes about a plugin", answers=PluginChanges
)
def read_changes(request: Request[Nothing], publishing: Publishing) -> Answer:
    """Read a plugin's latest changes."""
    plugin_id = request.plugin_id
    headers = {**_READABLE_BY_ALL, "cache-control": _FEED_CACHE, "cache-tag": cache_tag(plugin_id)}
    return Answer(PluginChanges.of(publishing.feeds.of_plugin(plugin_id)), headers=headers)


@api.route("GET", "/plugins/{plugin_id}/feed.atom", summary="Follow what changes about a plugin", answers=None)
def read_feed(request: Request[Nothing], publishing: Publishing) -> Answer:
    """Read a plugin's feed."""
    plugin_id = request.plugin_id
    base_url = publishing.public_base_url or f"https://{request.domain}"
    feed = write_feed(plugin_id, publishing.feeds.of_plugin(plugin_id), base_url)
    headers = {
        **_READABLE_BY_ALL,
        "cache-control": _FEED_CACHE,
        "cache-tag": cache_tag(plugin_id),
        "etag": f'"{digest_of_bytes(feed.encode()).removeprefix("sha256:")}"',
    }
    return Answer(feed, headers=headers, media_type=MEDIA_TYPE)


build = api.build
handler = build(from_environment)
