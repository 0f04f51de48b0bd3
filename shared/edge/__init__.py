"""Where Lambda events become calls and answers."""
