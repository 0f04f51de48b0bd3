"""Settings of the fast lane."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """Read from the environment once; the fields are the template's variables.

    `fast_lane_policy` is the digest of the policy, "" where there is none: then every version is for people.
    `four_eyes` is "on" or "off", as for reviewers.
    """

    table_name: str
    bucket_name: str
    fast_lane_policy: str
    four_eyes: str
