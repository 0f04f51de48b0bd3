"""What every test may use."""

from __future__ import annotations

import os

from hypothesis import settings

# No test may reach a real account, whatever the environment of whoever runs it.
os.environ |= {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_SESSION_TOKEN": "testing",
    "AWS_DEFAULT_REGION": "eu-west-1",
}
os.environ.pop("AWS_PROFILE", None)

# A shared machine is slow at times; a property does not fail for that. Nor does a change fail for an input that older
# code was wrong about all along: the tests draw the same inputs each time, and `make search` draws new ones.
settings.register_profile("standfast", deadline=None, derandomize=True)
settings.register_profile("search", deadline=None, max_examples=8_000)
settings.load_profile("standfast")
