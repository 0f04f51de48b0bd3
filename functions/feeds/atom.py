"""Atom feeds (RFC 4287). Of a plugin's own words there are none: a feed outlives the ban of what it tells of."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement, tostring

from shared.domain.events import EventType
from shared.domain.identity import format_moment

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from shared.domain.feed import Change
    from shared.domain.identity import PluginId

MEDIA_TYPE = "application/atom+xml; charset=utf-8"
_NAMESPACE = "http://www.w3.org/2005/Atom"

_TITLES: Mapping[EventType, str] = {
    EventType.VERSION_RELEASED: "Version {version} is live",
    EventType.VERSION_RESTORED: "Version {version} is live again",
    EventType.VERSION_REVOKED: "Version {version} is revoked",
    EventType.SCHEMA_REFRESHED: "The schema of version {version} is refreshed",
    EventType.PLUGIN_BANNED: "The plugin is banned",
    EventType.PLUGIN_BAN_LIFTED: "The ban of the plugin is lifted",
}


def write_feed(plugin_id: PluginId, changes: Sequence[Change], base_url: str) -> str:
    """Write the feed of a plugin that has changed at least once; `changes` are newest first."""
    plugin_url = f"{base_url}/plugins/{plugin_id}"
    feed = Element("feed", xmlns=_NAMESPACE)
    _text(feed, "id", f"urn:standfast:plugin:{plugin_id}")
    _text(feed, "title", f"Plugin {plugin_id}")
    _text(feed, "updated", format_moment(changes[0].at))
    _text(SubElement(feed, "author"), "name", "Standfast")
    SubElement(feed, "link", rel="self", href=f"{plugin_url}/feed.atom")
    SubElement(feed, "link", rel="alternate", href=f"{plugin_url}/.well-known/ai-plugin.json")
    for change in changes:
        _entry(feed, change)
    return tostring(feed, encoding="unicode", xml_declaration=False)


def _entry(feed: Element, change: Change) -> None:
    entry = SubElement(feed, "entry")
    title = _TITLES[change.type].format(version=change.version)
    _text(entry, "id", f"urn:standfast:event:{change.event_id}")
    _text(entry, "title", title)
    _text(entry, "updated", format_moment(change.at))
    _text(entry, "content", f"{title}. Digest: {change.digest}" if change.digest else f"{title}.")


def _text(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = text
