"""Settings of the review function."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """Read from the environment once; the fields are the template's variables.

    `four_eyes` is "on" or "off". While it is on, a change of host or authentication takes two reviewers, and so does
    the ban of a plugin with more than `installs_before_two_for_ban` installs.
    """

    table_name: str
    release_queue_arn: str
    release_schedule_group: str
    release_schedule_role_arn: str
    claim_minutes: int
    four_eyes: str
    installs_before_two_for_ban: int
