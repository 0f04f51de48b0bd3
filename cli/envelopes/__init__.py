"""Envelopes on the command line: the store's own judges, on files."""
