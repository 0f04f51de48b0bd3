"""Public: what is live."""
