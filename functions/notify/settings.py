"""Settings of the notify function."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """Read from the environment once; the fields are the template's variables.

    `mail_sender` is the address that e-mails come from; empty means that none are sent. `metrics_namespace` is where
    figures are counted.
    """

    table_name: str
    delivery_queue_url: str
    topic_arn: str
    user_pool_id: str
    mail_sender: str = ""
    metrics_namespace: str = "Standfast"
