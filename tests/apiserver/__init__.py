"""A Kubernetes API server for tests, fed from plain objects."""

from tests.apiserver.faults import Fault
from tests.apiserver.record import Request
from tests.apiserver.server import UNEXPECTED, ApiServer
from tests.apiserver.streams import Executed
from tests.apiserver.users import ADMIN, READ, Rule, User, user_from_roles

__all__ = [
    "ADMIN",
    "READ",
    "UNEXPECTED",
    "ApiServer",
    "Executed",
    "Fault",
    "Request",
    "Rule",
    "User",
    "user_from_roles",
]
