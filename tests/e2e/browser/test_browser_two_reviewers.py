"""Where the store demands it, a change of sign-in takes two reviewers, and so it says."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from local.process import StoreProcess
from tests.e2e.browser.scenes import TODO

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.publisher import PublisherHosts
    from tests.e2e.browser.scenes import Cast
    from tests.e2e.browser.windows import OpenWindow

pytestmark = [pytest.mark.slow, pytest.mark.enable_socket, pytest.mark.timeout(300), pytest.mark.xdist_group("browser")]

SIGN_IN = {
    "type": "oauth",
    "client_url": "https://todo.example.com/authorize",
    "authorization_url": "https://todo.example.com/token",
    "authorization_content_type": "application/json",
    "scope": "read write",
    "verification_tokens": {"standfast": "5f1c0a"},
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, hosts: PublisherHosts) -> Iterator[StoreProcess]:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("PARAMETERS", "FourEyes=on")
        running = StoreProcess(tmp_path_factory.mktemp("data"), connect_to=hosts.address)
        running.start()
    yield running
    running.end()


def test_the_first_approval_is_noted_and_the_second_one_counts(cast: Cast, open_window: OpenWindow) -> None:
    cast.go_live(TODO)
    cast.submit(replace(TODO, auth=SIGN_IN))
    first, second = open_window(), open_window()
    first.sign_in("reviewer", "/console/reviews")
    first.sees("Users sign in otherwise than in the live version.")
    first.follow("Todo")
    first.sees("read")
    first.press("Approve this version")
    first.sees("A second reviewer has to approve the same before it counts.")
    first.sees("You approved it at")
    assert cast.developer.get("/v1/plugins/todo").document["live"]["version"] == 1

    first.press("Approve this version")
    first.sees("Nothing was decided")

    second.sign_in("reviewer2", "/console/reviews/todo/2")
    second.sees("A first approval is there")
    second.press("Approve this version")
    second.sees("live from this moment on")
    assert cast.developer.get("/v1/plugins/todo").document["live"]["version"] == 2
