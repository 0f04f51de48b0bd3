"""Which hosts belong to one site. Works on hosts as `PublisherUrl.host` spells them."""

from __future__ import annotations

from functools import cache

from publicsuffixlist import PublicSuffixList

from shared.fetching.failures import FetchCode, UrlRefusedError

_WWW = "www."


@cache
def _suffixes() -> PublicSuffixList:
    # Reading the list takes about 0.1 s, so it is read on first use. It is the copy inside the package: nothing is
    # downloaded, and the lock file pins it.
    return PublicSuffixList()


def is_public_suffix(host: str) -> bool:
    """Tell whether names of many parties stand directly below this one: `com`, `co.uk`, `vercel.app`."""
    return _suffixes().is_public(host)


def site_root(manifest_host: str) -> str:
    """Return the root domain of a plugin: the host that finally gave its manifest, less `www.`.

    The `www.` stays where the rest would be a public suffix: `www.vercel.app` is one customer's name. Raises
    UrlRefusedError when the host is itself a public suffix, which can be nobody's root.
    """
    if is_public_suffix(manifest_host):
        message = f"The host {manifest_host!r} is a public suffix and cannot be the root domain of a plugin."
        raise UrlRefusedError(FetchCode.PUBLIC_SUFFIX, message)
    stripped = manifest_host.removeprefix(_WWW)
    return manifest_host if is_public_suffix(stripped) else stripped


def is_on_or_below(host: str, root: str) -> bool:
    """Tell whether a host is the root domain or a sub-domain of it. Nothing is on or below a public suffix."""
    return (host == root or host.endswith(f".{root}")) and bool(root) and not is_public_suffix(root)
