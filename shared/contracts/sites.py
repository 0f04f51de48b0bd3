"""URLs inside documents: what they come to, and which site they belong to. Nothing is fetched or looked up."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

from shared.domain.errors import StandfastError
from shared.fetching.domains import is_on_or_below, is_public_suffix, site_root
from shared.fetching.urls import PublisherUrl, parse_publisher_url


def resolved(reference: str, base: str) -> PublisherUrl | None:
    """Return what a URL, perhaps a relative one, comes to on `base`; None where that may not be fetched or called."""
    try:
        return parse_publisher_url(urljoin(base, reference.strip()))
    except (StandfastError, ValueError):
        return None


def why_not(reference: str, base: str) -> str:
    """Return why `resolved` gives None, as a sentence."""
    try:
        parse_publisher_url(urljoin(base, reference.strip()))
    except StandfastError as error:
        return str(error)
    except ValueError:
        return "It is no URL."
    return ""


def root_of(manifest_url: str) -> str:
    """Return the root domain of the plugin whose manifest finally came from a URL, "" where it can have none."""
    try:
        return site_root(host_of(manifest_url))
    except StandfastError:
        return ""


def host_of(url: str) -> str:
    """Return the host of a URL in lower case, "" where it has none."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""


def belongs(host: str, root: str) -> bool:
    """Tell whether a host is a plugin's root domain or below it."""
    return is_on_or_below(host, root)


def is_related(host: str, root: str) -> bool:
    """Tell whether two hosts are of one registrable domain: `api.example.com` and `www.example.com`."""
    domain = _registrable(root)
    return bool(domain) and _registrable(host) == domain


def _registrable(host: str) -> str:
    """Return the label below the public suffix of a host, and that suffix; "" where there is none."""
    labels = host.lower().rstrip(".").split(".")
    candidates = (".".join(labels[place:]) for place in range(len(labels) - 1))
    return next((name for name in candidates if is_public_suffix(name.partition(".")[2])), "")


def origin_of(url: str) -> str:
    """Return the origin of an absolute URL: scheme and host."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
