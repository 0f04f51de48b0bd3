"""Public: what changed, for mirrors and feed readers."""
