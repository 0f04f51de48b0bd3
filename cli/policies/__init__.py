"""Policies tried on a history, before a store follows them."""
