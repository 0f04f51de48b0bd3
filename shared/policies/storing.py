"""Where the policy in force is kept: an object that its own digest names, so that nobody changes it in place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.domain.errors import IntegrityError
from shared.domain.identity import digest_of_bytes
from shared.policies.reading import read_policy

if TYPE_CHECKING:
    from shared.domain.identity import Digest
    from shared.domain.ports import ObjectStore
    from shared.policies.policy import Policy

_MEDIA_TYPE = "application/yaml"


def policy_key(digest: Digest) -> str:
    """Return the key of a policy's object."""
    return f"policies/{digest.removeprefix('sha256:')}"


def stored_policy(objects: ObjectStore, digest: Digest) -> Policy:
    """Return the policy that a digest names. Raises IntegrityError, PolicyInvalidError, UnavailableError."""
    body = objects.get(policy_key(digest))
    if digest_of_bytes(body) != digest:
        message = f"The object {policy_key(digest)!r} is not the policy that its key names."
        raise IntegrityError(message)
    return read_policy(body)


def store_policy(objects: ObjectStore, body: bytes) -> Policy:
    """Check a policy and store it under its digest. Raises PolicyInvalidError, UnavailableError."""
    policy = read_policy(body)
    objects.put(policy_key(policy.digest), body, _MEDIA_TYPE)
    return policy
