"""Who may sign in: a file of names and scrypt hashes, a user a line."""

import base64
import hashlib
import hmac
import os
import re
import secrets
from pathlib import Path

from index.errors import SettingsError

_COST, _BLOCK, _PARALLEL = 2**14, 8, 1
_NAME = re.compile(r"[\w.@-]{1,64}")
_LINE = re.compile(r"(?P<name>[^:]+):scrypt:(?P<cost>\d+):(?P<salt>[^:]+):(?P<hash>[^:]+)")
SHORTEST, LONGEST = 8, 256


class Users:
    """The users of a file, as they were when it was read."""

    def __init__(self, file: Path) -> None:
        """Raises SettingsError when the file cannot be read, is damaged or names nobody."""
        self._users = _read(file)
        if not self._users:
            raise SettingsError(
                f"{file} names no user; add one: commentary user NAME --auth-file {file}"
            )
        self._nobody = _line_of("nobody", secrets.token_hex())

    def knows(self, name: str, password: str) -> bool:
        """Whether this is the password of that user; takes as long for a name that is not known."""
        line = self._users.get(name, self._nobody)
        return _fits(line, password[:LONGEST]) and name in self._users


def set_user(file: Path, name: str, password: str) -> bool:
    """Write a user into the file, in place of one of that name; whether there was one.

    Raises SettingsError for a name or password that cannot be used.
    """
    if not _NAME.fullmatch(name):
        raise SettingsError(
            f"{name!r} is no name for a user; up to 64 letters, digits and . _ @ - are"
        )
    if not SHORTEST <= len(password) <= LONGEST:
        raise SettingsError(
            f"the password has {len(password)} characters; {SHORTEST} to {LONGEST} can be used"
        )
    users = _read(file) if file.exists() else {}
    known = name in users
    users[name] = _line_of(name, password)
    part = file.with_name(f"{file.name}.partial")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        out.writelines(f"{line}\n" for line in users.values())
    part.replace(file)
    return known


def _read(file: Path) -> dict[str, str]:
    users = {}
    try:
        lines = file.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"the file of users {file} cannot be read: {getattr(error, 'strerror', error)}; make "
            f"one: commentary user NAME --auth-file {file}"
        ) from error
    for number, line in enumerate(lines, start=1):
        if line.strip():
            found = _LINE.fullmatch(line.strip())
            if found is None:
                raise SettingsError(
                    f"line {number} of {file} is not what `commentary user` writes; delete it"
                )
            users[found["name"]] = line.strip()
    return users


def _line_of(name: str, password: str) -> str:
    salt = secrets.token_bytes(16)
    coded = (base64.b64encode(part).decode() for part in (salt, _hash(password, salt, _COST)))
    return ":".join((name, "scrypt", str(_COST), *coded))


def _fits(line: str, password: str) -> bool:
    _, _, cost, salt, expected = line.split(":")
    try:
        found = _hash(password, base64.b64decode(salt), int(cost))
        return hmac.compare_digest(found, base64.b64decode(expected))
    except ValueError:
        return False


def _hash(password: str, salt: bytes, cost: int) -> bytes:
    return hashlib.scrypt(
        password.encode("utf-8", "surrogatepass"), salt=salt, n=cost, r=_BLOCK, p=_PARALLEL
    )
