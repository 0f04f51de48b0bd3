"""The kinds of plugin documents, each with its fetch plan and its judges. Nothing outside this package assumes one."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Protocol

from shared.contracts.ai_plugin_kind import AiPluginV1
from shared.contracts.wanted import Wanted
from shared.domain.documents import AI_PLUGIN_V1
from shared.domain.errors import InvalidValueError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from shared.domain.documents import Document, Judgement
    from shared.domain.findings import Finding

__all__ = ["DocumentKind", "Wanted", "kind_named"]


class DocumentKind(Protocol):
    """A family of documents that make up a plugin: how they are found, and what is demanded of them."""

    @property
    def name(self) -> str:
        """The kind's name, as versions record it."""

    @property
    def manifest_role(self) -> str:
        """The role of the document that a publisher submits."""

    def follow(self, manifest: Document) -> tuple[Wanted, ...]:
        """Return which documents to fetch besides the manifest.

        Empty where the manifest is too broken to tell, or names what may not be fetched; `judge` then says why.
        """

    def follow_optional(self, manifest: Document) -> tuple[Wanted, ...]:
        """Return which documents are looked at where they can be fetched, such as a logo, and missed by nobody else."""

    def tokens(self, manifest: Document) -> tuple[str, ...]:
        """Return the texts by which a manifest shows whose it is; none where it is too broken to tell."""

    def judge(self, documents: Mapping[str, Document], *, profile: str = "enforced") -> Judgement:
        """Judge what was fetched. Raises InvalidValueError for an unknown profile, and nothing for any document.

        `documents` maps a role to a document; the manifest is always there. A document that could not be fetched is
        left out: that it failed is for the caller to say.
        """

    def endpoints(self, documents: Mapping[str, Document]) -> tuple[str, ...]:
        """Return the absolute URLs that calls go to, each once; none where the documents are too broken to tell."""

    def compare(self, documents: Mapping[str, Document], live_names: Iterable[str]) -> tuple[Finding, ...]:
        """Return what is only visible beside the other plugins of the store: names too near, and mentions of others.

        `live_names` are the names, for people and for models, of all other plugins that are live.
        """


_KINDS: dict[str, type[DocumentKind]] = {AI_PLUGIN_V1: AiPluginV1}


@cache
def kind_named(name: str) -> DocumentKind:
    """Return a kind by its name, with all that it reads once and for all. Raises InvalidValueError."""
    if name not in _KINDS:
        message = f"There is no kind {name!r}. The kinds are {', '.join(sorted(_KINDS))}."
        raise InvalidValueError(message, field="kind")
    return _KINDS[name]()
