"""What is fetched besides the manifest."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wanted:
    """One document of the fetch plan: its role among the plugin's documents and its absolute URL."""

    role: str
    url: str
