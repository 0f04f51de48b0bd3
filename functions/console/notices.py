"""The sentences that a page shows once after something was done. An address can name one, and write none."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

NOTICES: Mapping[str, str] = {
    "saved": "Saved.",
    "tested": "A test message is on its way. Its delivery is listed below.",
    "delivery-replayed": "The delivery is attempted anew.",
    "removed": "The webhook is removed.",
    "approval-noted": "Your approval is noted. A second reviewer has to approve the same before it counts.",
    "approved": "The version is approved. It becomes live when its release says so.",
    "approved-live": "The version is approved, and live from this moment on.",
    "ban-lifted": "The ban is lifted. Whatever was live before is live again.",
    "ban-proposed": "Your ban is noted. A second reviewer has to ban the plugin too before it counts.",
    "banned": "The plugin is banned. Nobody gets it from now on.",
    "claim-given-up": "You are not on it any more.",
    "claimed": "You are on it. The other reviewers see that.",
    "rejected": "The version is rejected. Its publisher reads your reasons.",
    "reconciling": "The run has begun.",
    "replayed": "Everything was handed over again.",
    "replayed-in-part": "Some could not be handed over again. They are still here.",
    "replaying": "They are being handed over again. It may take a moment until they are gone from here.",
    "revoked": "The version is revoked, and never live again.",
    "submitted": "Submitted. The documents are fetched and examined now.",
    "withdrawn": "The version is withdrawn.",
    "released": "The version is live.",
    "rolled-back": "The store went back to that version.",
}
