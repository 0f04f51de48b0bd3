"""Operators see how the store fares, and have given-up work tried again."""
