"""The command line: the store's own engine, with no account and no cloud."""
