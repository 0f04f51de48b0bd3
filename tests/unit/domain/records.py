"""Strategies that make any record of the domain, drawn from its annotations."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

_START = datetime(2020, 1, 1, tzinfo=UTC)

# Moments are kept in whole milliseconds, and numbers as DynamoDB and JSON both keep them.
st.register_type_strategy(datetime, st.integers(0, 2**41).map(lambda each: _START + timedelta(milliseconds=each)))
st.register_type_strategy(int, st.integers(0, 2**53))

of = st.from_type
