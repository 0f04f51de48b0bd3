"""The rules for text that a model will read."""
