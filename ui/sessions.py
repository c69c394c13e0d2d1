"""Who is signed in, who guesses too often, who asks too often, and who has a seat."""

import secrets
import threading
import time

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

# Hours that one stays signed in, and how many may be at once: what strangers cannot fill.
HOURS = 12
_SESSIONS = _SEATS = 10_000
# Wrong passwords in five minutes: from one address, and for one name from anywhere.
_BY_ADDRESS, _BY_NAME, _MINUTES = 20, 10, 5
# Minutes without a sign of life after which a seat is free again.
SEAT_MINUTES = 5


class Sessions:
    """Signed-in browsers: a random word in a cookie -> the user. Lost when the server ends."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._users: dict[str, tuple[str, float]] = {}

    def begin(self, user: str) -> str:
        """The word for a new session."""
        word, now = secrets.token_urlsafe(32), time.monotonic()
        with self._lock:
            self._users = {w: s for w, s in self._users.items() if s[1] > now}
            while len(self._users) >= _SESSIONS:
                del self._users[next(iter(self._users))]
            self._users[word] = (user, now + HOURS * 3600)
        return word

    def user(self, word: str) -> str | None:
        user, until = self._users.get(word, ("", 0.0))
        return user if until > time.monotonic() else None

    def end(self, word: str) -> None:
        with self._lock:
            self._users.pop(word, None)


class Rate:
    """At most so many a minute for each key; 0 is no limit."""

    def __init__(self, count: int, minutes: int = 1) -> None:
        self._item = RateLimitItemPerMinute(count, minutes) if count else None
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def hit(self, key: str) -> int:
        """Count one, and give the seconds to wait when it is one too many, else 0."""
        if self._item is None or self._limiter.hit(self._item, key):
            return 0
        return self.wait(key) or 1

    def wait(self, key: str) -> int:
        """The seconds to wait before one more, without counting it."""
        if self._item is None or self._limiter.test(self._item, key):
            return 0
        reset = self._limiter.get_window_stats(self._item, key).reset_time
        return max(1, round(reset - time.time()))


class Guesses:
    """Wrong passwords: how long the next try has to wait. A name that is not known counts like
    one that is, so that nobody learns which are."""

    def __init__(self) -> None:
        self._addresses = Rate(_BY_ADDRESS, _MINUTES)
        self._names = Rate(_BY_NAME, _MINUTES)

    def wait(self, address: str, name: str) -> int:
        return max(self._addresses.wait(address), self._names.wait(name))

    def wrong(self, address: str, name: str) -> None:
        self._addresses.hit(address)
        self._names.hit(name)


class Seats:
    """At most so many users at once; 0 is no limit. A seat is kept by using it."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._lock = threading.Lock()
        self._seen: dict[str, float] = {}

    def take(self, key: str) -> bool:
        """Whether there is room for this one, who has a seat from now on."""
        with self._lock:
            self._free()
            if self._count and key not in self._seen and len(self._seen) >= self._count:
                return False
            self._seen.pop(key, None)
            self._seen[key] = time.monotonic()
            if len(self._seen) > _SEATS:
                del self._seen[next(iter(self._seen))]
            return True

    @property
    def taken(self) -> int:
        with self._lock:
            self._free()
            return len(self._seen)

    def leave(self, key: str) -> None:
        with self._lock:
            self._seen.pop(key, None)

    def _free(self) -> None:
        oldest = time.monotonic() - SEAT_MINUTES * 60
        self._seen = {key: seen for key, seen in self._seen.items() if seen > oldest}
