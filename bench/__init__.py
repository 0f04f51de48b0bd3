"""Benchmarks: what the store costs, beside what else there is, in one run. Never a test: a time is no property.

`python -m bench` runs every module here that has `measure(*, quick: bool) -> Iterator[Table]`, and prints its tables.
"""
