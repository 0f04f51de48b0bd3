from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.unit.fetching.certificates import Authority, new_authority
from tests.unit.fetching.network import Network

if TYPE_CHECKING:
    import ssl

HOSTS = ("todo.example.com", "*.todo.example.com", "www.example.com", "example.com")


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return new_authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="session")
def server_context(authority: Authority) -> ssl.SSLContext:
    return authority.server(*HOSTS)


@pytest.fixture(scope="session")
def client_context(authority: Authority) -> ssl.SSLContext:
    return authority.client()


@pytest.fixture
def network(server_context: ssl.SSLContext) -> Network:
    return Network(server_context)
