"""People do their work on pages."""
