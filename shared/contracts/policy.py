"""Policy profiles: which limits hold and how much each finding weighs. Tables with a version.

`documented` holds publishers to what the original store published. `enforced` holds them to what that store in fact
accepted, counted on its public history, and is the default. A change to a table is a new version of its profile, so
that a judgement can always be told from one made under other rules.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.contracts.catalogue import CATALOGUE
from shared.domain.errors import InvalidValueError

if TYPE_CHECKING:
    from shared.domain.findings import Severity


@dataclass(frozen=True, slots=True)
class Profile:
    """One table of limits. Lengths are counted in Unicode code points; patterns are ours and match whole values."""

    name: str
    version: int
    name_for_model: int
    name_for_human: int
    description_for_human: int
    description_for_model: int
    name_pattern: str
    name_alphabet: str
    operation_text: int

    @property
    def label(self) -> str:
        """Name the profile and its version, as findings carry it: `enforced@1`."""
        return f"{self.name}@{self.version}"

    def severity(self, code: str) -> Severity | None:
        """Return how much a finding weighs, None where this profile does not report it."""
        rule = CATALOGUE[code]
        return rule.documented if self.name == DOCUMENTED.name else rule.enforced


DOCUMENTED = Profile(
    name="documented",
    version=1,
    name_for_model=50,
    name_for_human=20,
    description_for_human=100,
    description_for_model=8_000,
    name_pattern=r"[A-Za-z0-9]+",
    name_alphabet="letters and digits",
    operation_text=200,
)
ENFORCED = Profile(
    name="enforced",
    version=1,
    name_for_model=50,
    name_for_human=30,
    description_for_human=120,
    description_for_model=8_000,
    name_pattern=r"[A-Za-z0-9_]+",
    name_alphabet="letters, digits and underscores",
    operation_text=200,
)
PROFILES = {profile.name: profile for profile in (ENFORCED, DOCUMENTED)}


def profile_named(name: str) -> Profile:
    """Return a profile by name, or by name and version (`enforced@1`). Raises InvalidValueError."""
    for profile in PROFILES.values():
        if name in {profile.name, profile.label}:
            return profile
    message = f"There is no policy profile {name!r}. The profiles are {', '.join(sorted(PROFILES))}."
    raise InvalidValueError(message, field="profile")
