"""Versions are released at the moment that their approval set."""
