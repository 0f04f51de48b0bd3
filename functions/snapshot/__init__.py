"""Documents are fetched, judged and pinned."""
