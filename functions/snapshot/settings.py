"""Settings of the snapshot function."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """Read from the environment once; the fields are the template's variables.

    `profile` names the policy profile that documents are judged by. With `domain_proof` "required", a publisher must
    show at each submission that the manifest's root domain is theirs; "off" takes their word. While `fast_lane_policy`
    names a policy, it is asked for at `fast_lane_queue_url` about each version that goes into review.
    """

    table_name: str
    bucket_name: str
    profile: str = "enforced"
    domain_proof: str = "off"
    fast_lane_policy: str = ""
    fast_lane_queue_url: str = ""
