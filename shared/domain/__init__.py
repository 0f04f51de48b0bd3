"""The rules of the store, in the standard library alone."""
