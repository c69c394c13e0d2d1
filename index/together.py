"""Calls of many threads, done together where they arrive together."""

from collections.abc import Callable, Sequence
from threading import Lock
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


class _Call(Generic[Item, Result]):
    def __init__(self, items: Sequence[Item]) -> None:
        self.items = items
        self.results: list[Result] | None = None
        self.error: BaseException | None = None


class Together(Generic[Item, Result]):
    """A function over lists. One call is at work at a time; those that come meanwhile wait, and
    the first of them then does the work of all in one go. A call alone waits for nothing."""

    def __init__(self, work: Callable[[list[Item]], list[Result]]) -> None:
        self._work = work
        self._waiting: list[_Call[Item, Result]] = []
        self._guard, self._turn = Lock(), Lock()

    def __call__(self, items: Sequence[Item]) -> list[Result]:
        """The results for these items; raises what the work raised."""
        call = _Call[Item, Result](items)
        with self._guard:
            self._waiting.append(call)
        with self._turn:
            if call.results is None and call.error is None:
                with self._guard:
                    calls, self._waiting = self._waiting, []
                self._do(calls)
        if call.error is not None:
            raise call.error
        return call.results or []

    def _do(self, calls: Sequence[_Call[Item, Result]]) -> None:
        try:
            results = self._work([item for call in calls for item in call.items])
        except BaseException as error:
            for call in calls:
                call.error = error
            return
        first = 0
        for call in calls:
            call.results = results[first : first + len(call.items)]
            first += len(call.items)
