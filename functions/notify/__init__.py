"""Events are passed on to whoever is to know."""
