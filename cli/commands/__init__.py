"""The commands that talk to a store."""
