"""What can go wrong with a server's answers, on purpose and counted."""

import re
from dataclasses import dataclass, field
from threading import Event, Lock

from tests.apiserver.status import Answer, failure


@dataclass
class Fault:
    """What happens to requests whose "PATH?QUERY" matches `path` (re.search).

    It happens `times` times (None: always), after the first `skip` matching requests went well; to one user, or to
    all if `user` is empty. What happens:

    - `wait`: nothing until that Event is set (or that many seconds are over), then what else is said here;
    - `status`: this status instead of the answer, with `retry_after` as its header, `message` in it;
    - `text`: these bytes as the body instead of JSON, as a proxy in between would answer;
    - `expired`: 410 to requests with a continue token, with a fresh token;
    - `cut`: the connection ends after that share of the body (0: before any of the answer); `reset`: with a TCP reset;
    - `truncate`: only that share of the body, with a Content-Length that says it were all;
    - `kill`: the server dies, in the middle of the answer if `cut` is given.
    """

    path: str
    times: int | None = 1
    skip: int = 0
    user: str = ""
    wait: Event | float | None = None
    status: int = 0
    message: str = ""
    retry_after: str | int | None = None
    text: bytes | None = None
    expired: bool = False
    cut: float | None = None
    reset: bool = False
    truncate: float | None = None
    kill: bool = False
    seen: int = field(default=0, init=False)

    @property
    def happened(self) -> int:
        """How often it has happened."""
        most = self.seen if self.times is None else self.times
        return max(0, min(self.seen - self.skip, most))

    def replaces(self, answer: Answer) -> Answer:
        """The answer that a client gets instead."""
        headers = {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}
        if self.text is not None:
            return Answer(self.status or 200, self.text, "text/html", headers)
        if self.status:
            return failure(self.status, self.message or _WORDS.get(self.status, "on purpose"), headers=headers)
        if self.truncate is not None:
            return Answer(answer.status, answer.body[: int(len(answer.body) * self.truncate)])
        return answer


_WORDS = {
    429: "Too many requests, please try again later.",
    500: "Internal error occurred: etcdserver: request timed out",
    503: "the server is currently unable to handle the request",
    504: "the server was unable to return a response in the time allotted, but may still be processing the request",
}


class Faults:
    """The faults of one server; the first that applies to a request happens."""

    def __init__(self, faults: list[Fault]) -> None:
        self.all = faults
        self._lock = Lock()

    def next(self, target: str, user: str) -> Fault | None:
        """The fault of this request, counted."""
        with self._lock:
            for fault in self.all:
                if not re.search(fault.path, target) or fault.user not in ("", user):
                    continue
                if fault.expired and "continue=" not in target:
                    continue
                fault.seen += 1
                over = fault.times is not None and fault.seen > fault.skip + fault.times
                if fault.seen > fault.skip and not over:
                    return fault
            return None
