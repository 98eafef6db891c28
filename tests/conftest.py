"""What all tests share: API servers that end with their test, and the promise that nothing is ever changed."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

Start = Callable[..., Any]


@pytest.fixture
def api_server() -> Iterator[Start]:
    """Starts API servers: `api_server(objects, users=..., faults=...)`, see tests.apiserver.ApiServer."""
    from tests.apiserver import ApiServer

    with ExitStack() as running:
        yield lambda *args, **options: running.enter_context(ApiServer(*args, **options))


@pytest.fixture(scope="session", autouse=True)
def nothing_was_changed() -> Iterator[None]:
    """No test of the whole suite may send anything to an API server but questions."""
    yield
    import sys

    if "tests.apiserver" in sys.modules:
        from tests.apiserver import UNEXPECTED

        assert not UNEXPECTED, UNEXPECTED
