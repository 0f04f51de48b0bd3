"""Reviewers decide."""
