"""What all tests share: API servers that end with their test, and the promise that nothing is ever changed."""

import gc
import sys
import threading
import warnings
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
    if "tests.apiserver" in sys.modules:
        from tests.apiserver import UNEXPECTED

        assert not UNEXPECTED, UNEXPECTED


@pytest.fixture
def loose_sockets() -> Iterator[None]:
    """Collects what the kubernetes client leaves open after port-forwards, before it is another test's fault."""
    yield
    for thread in threading.enumerate():
        if thread.name.startswith("Kubernetes port forward"):
            thread.join(5)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()
