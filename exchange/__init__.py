"""Moving a store: its records and objects out of one place, and into another."""
