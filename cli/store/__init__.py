"""Talking to a store: over its HTTP API, as somebody."""
