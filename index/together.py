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

    @property
    def is_done(self) -> bool:
        return self.results is not None or self.error is not None


class Together(Generic[Item, Result]):
    """A function over lists. One call is at work at a time; those that come meanwhile wait, and
    the next one then does the work of the first `most` of them in one go. A call alone waits for
    nothing."""

    def __init__(self, work: Callable[[list[Item]], list[Result]], most: int) -> None:
        self._work, self._most = work, most
        self._waiting: list[_Call[Item, Result]] = []
        self._guard, self._turn = Lock(), Lock()

    def __call__(self, items: Sequence[Item]) -> list[Result]:
        """The results for these items; raises what the work raised."""
        call = _Call[Item, Result](items)
        with self._guard:
            self._waiting.append(call)
        while not call.is_done:
            with self._turn:
                if not call.is_done:
                    with self._guard:
                        calls = self._waiting[: self._most]
                        del self._waiting[: self._most]
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
