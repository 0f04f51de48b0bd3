"""Caches are told what changed."""
