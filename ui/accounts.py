"""Who may sign in: a file of users, each with a salted hash of a password and of access tokens.

A line is `NAME password scrypt$N$R$P$SALT$HASH` or `NAME token sha256$HASH`. A token is 256 random
bits, so a plain hash of it gives nothing away; a password is made costly to guess (scrypt).
"""

import hashlib
import hmac
import os
import re
import secrets
import threading
from base64 import b64decode, b64encode
from pathlib import Path

from index.errors import SettingsError

MIN_PASSWORD, MAX_PASSWORD = 8, 1024
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")
# About 50 ms and 16 MB a try (RFC 7914).
_N, _R, _P = 2**14, 8, 1
# A try for a name that is not known costs as much as one for a name that is.
_NOBODY = f"scrypt${_N}${_R}${_P}${b64encode(bytes(16)).decode()}${b64encode(bytes(32)).decode()}"


class Accounts:
    """The users of one file, read again whenever it changes. Safe to share between threads.

    Raises SettingsError when the file cannot be read or holds a line that is none of ours.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._stamp: tuple[int, int] | None = None
        self._passwords: dict[str, str] = {}
        self._tokens: dict[str, str] = {}
        # A program sends its password with each request: what was right once is known again by a
        # keyed hash, which is cheap and means nothing outside this process.
        self._key = secrets.token_bytes(32)
        self._known: dict[bytes, str] = {}
        self._read()

    def __contains__(self, name: str) -> bool:
        self._read()
        return name in self._passwords

    def password(self, name: str, password: str) -> bool:
        """Whether this is the user's password."""
        self._read()
        stored = self._passwords.get(name)
        seen = hmac.digest(self._key, f"{name}\0{password}\0{stored}".encode(), "sha256")
        if stored is not None and self._known.get(seen) == name:
            return True
        is_right = _fits(password[:MAX_PASSWORD], stored or _NOBODY) and stored is not None
        if is_right:
            with self._lock:
                self._known[seen] = name
        return is_right

    def token(self, token: str) -> str | None:
        """The user whose access token this is."""
        self._read()
        return self._tokens.get(_token_hash(token))

    def _read(self) -> None:
        try:
            stat = self._file.stat()
            stamp = (stat.st_mtime_ns, stat.st_size)
            with self._lock:
                if stamp == self._stamp:
                    return
                lines = _lines(self._file)
                self._passwords = {name: value for name, kind, value in lines if kind == "password"}
                self._tokens = {value: name for name, kind, value in lines if kind == "token"}
                self._known.clear()
                self._stamp = stamp
        except OSError as error:
            raise SettingsError(
                f"the file of users {self._file} cannot be read: {error.strerror}; make one: "
                f"commentary user add NAME --auth-file {self._file}"
            ) from error


def add_user(file: Path, name: str, password: str) -> None:
    """Add a user, or give one another password. Raises SettingsError when either cannot be used."""
    if not _NAME.fullmatch(name):
        raise SettingsError(
            f"{name!r} cannot be a user's name; expected letters, digits and . _ @ -, at most 64"
        )
    if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
        raise SettingsError(
            f"this password has {len(password)} characters; expected {MIN_PASSWORD} to "
            f"{MAX_PASSWORD:,}"
        )
    kept = [line for line in _present(file) if line[:2] != (name, "password")]
    _write(file, [*kept, (name, "password", _hash(password))])


def add_token(file: Path, name: str) -> str:
    """A new access token of a user, which is kept nowhere but with its owner."""
    lines = _present(file)
    if (name, "password") not in [line[:2] for line in lines]:
        raise SettingsError(f"there is no user {name} in {file}; add one first: user add {name}")
    token = secrets.token_urlsafe(32)
    _write(file, [*lines, (name, "token", _token_hash(token))])
    return token


def remove_user(file: Path, name: str) -> None:
    """Take a user away, tokens and all."""
    lines = _present(file)
    kept = [line for line in lines if line[0] != name]
    if len(kept) == len(lines):
        raise SettingsError(f"there is no user {name} in {file}")
    _write(file, kept)


def _hash(password: str) -> str:
    salt = secrets.token_bytes(16)
    key = _scrypt(password, salt, _N, _R, _P)
    return f"scrypt${_N}${_R}${_P}${b64encode(salt).decode()}${b64encode(key).decode()}"


def _fits(password: str, stored: str) -> bool:
    _, n, r, p, salt, key = stored.split("$")
    made = _scrypt(password, b64decode(salt), int(n), int(r), int(p))
    return hmac.compare_digest(made, b64decode(key))


def _scrypt(password: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    secret = password.encode("utf-8", "surrogatepass")
    return hashlib.scrypt(secret, salt=salt, n=n, r=r, p=p, maxmem=256 * n * r, dklen=32)


def _token_hash(token: str) -> str:
    return "sha256$" + hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


_Line = tuple[str, str, str]
_FORM = re.compile(
    r"(\S+) (?:(password) (scrypt\$\d{1,7}\$\d{1,2}\$\d{1,2}\$[\w+/=]+\$[\w+/=]+)"
    r"|(token) (sha256\$[0-9a-f]{64}))"
)


def _present(file: Path) -> list[_Line]:
    try:
        return _lines(file) if file.exists() else []
    except OSError as error:
        raise SettingsError(f"{file} cannot be read: {error.strerror}") from error


def _lines(file: Path) -> list[_Line]:
    lines = []
    for number, line in enumerate(file.read_text("utf-8", "replace").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        match = _FORM.fullmatch(line.strip())
        if match is None or not _NAME.fullmatch(match[1]):
            raise SettingsError(
                f"line {number} of {file} is no user; expected lines as `commentary user add` "
                "writes them"
            )
        name, kind, value = (part for part in match.groups() if part is not None)
        lines.append((name, kind, value))
    return lines


def _write(file: Path, lines: list[_Line]) -> None:
    """Whole or not at all, and for its owner's eyes only."""
    partial = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.writelines(f"{' '.join(line)}\n" for line in lines)
        partial.replace(file)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise SettingsError(f"{file} cannot be written: {error.strerror}") from error
