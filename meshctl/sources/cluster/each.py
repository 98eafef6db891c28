"""Several clusters side by side, each with its own time limit; and several questions to one of them."""

from collections.abc import Callable, Iterable, Sequence
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic
from typing import Generic, TypeVar

from meshctl.sources.cluster.connection import Connection
from meshctl.sources.cluster.kubeconfig import Context, Inaccessible

T = TypeVar("T")
R = TypeVar("R")

# How long a cluster that is past its time is waited for: its own requests end by themselves before that.
_GRACE = 1.0
# So often somebody looks whether Ctrl-C was pressed.
_GLANCE = 0.1


def ask_each(
    contexts: Sequence[Context], job: Callable[[Connection, Context], T], *, timeout: float, parallel: int
) -> dict[Context, T | str]:
    """What the job finds out about each cluster, or a clause that says why nothing can be had from it.

    `timeout` (seconds) is that of each, `parallel` the connections to each.
    """
    tasks = [_Task(context, job, timeout, parallel) for context in contexts]
    for task in tasks:
        task.start()
    until = monotonic() + timeout + _GRACE
    try:
        for task in tasks:
            while task.is_alive() and monotonic() < until:
                task.join(_GLANCE)
    finally:
        for task in tasks:
            task.stop()
    return {task.context: task.outcome for task in tasks}


class _Task(Thread, Generic[T]):
    """Asks one cluster. A daemon, so that one which does not come to an end does not keep the process alive."""

    def __init__(
        self, context: Context, job: Callable[[Connection, Context], T], timeout: float, parallel: int
    ) -> None:
        super().__init__(daemon=True)
        self.context = context
        self._job, self._timeout, self._parallel = job, timeout, parallel
        self._connection: Connection | None = None
        self.outcome: T | str = f"it did not answer within {timeout:g} s"

    def run(self) -> None:
        """Ask, or keep the reason why not."""
        try:
            self._connection = Connection(self.context.configuration(), self._timeout, parallel=self._parallel)
            self.outcome = self._job(self._connection, self.context)
        except Inaccessible as error:
            self.outcome = str(error)
        except Exception as error:
            # Something that answers nearly as an API server does must not take the other clusters down.
            self.outcome = f"its answers make no sense: {type(error).__name__}: {error}"

    def stop(self) -> None:
        """Let it ask for nothing more."""
        if self._connection is not None:
            self._connection.stop()


def side_by_side(questions: Iterable[T], ask: Callable[[T], R], parallel: int) -> list[R]:
    """The answers in the order of the questions. Raises what `ask` raises, the first of them."""
    waiting: SimpleQueue[tuple[int, T]] = SimpleQueue()
    for entry in enumerate(questions):
        waiting.put(entry)
    answers: dict[int, R] = {}
    errors: list[Exception] = []

    def work() -> None:
        while not errors:
            try:
                number, question = waiting.get_nowait()
            except Empty:
                return
            try:
                answers[number] = ask(question)
            except Exception as error:
                errors.append(error)

    # Not a pool: its threads would hold up the end of the process when somebody presses Ctrl-C.
    threads = [Thread(target=work, daemon=True) for _ in range(parallel)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return [answers[number] for number in sorted(answers)]
