"""Webhooks are posted, and posted again."""
