"""The SQLite file: its tables, its connections, and its errors as ours. The only importer of
sqlite3."""

import os
import sqlite3
import threading
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, BinaryIO, TypeVar
from zlib import crc32

from index.errors import (
    LibraryBusy,
    LibraryDamaged,
    LibraryError,
    LibraryMismatch,
    LibraryMissing,
)

_CACHE = 65_536  # KiB, for who writes

Key = TypeVar("Key")

FILE = "library.sqlite3"
SCHEMA = 4
REPAIR = "mend it: commentary verify --repair"

# What is wrong with the machine and not with the file.
_TROUBLE = (
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_INTERRUPT,
)

# `sum` is a checksum of the row's other columns (`checksum`), its key among them; a document's
# leaves out `state` and `retired`, which change. `removals` says which passages went with which
# generation: what is derived follows by it. `documents_other` is for who looks for those alone that
# are not current; `documents_by_line` has what filters look at, without the rows and their texts,
# the state last, or SQLite would look by it for documents whose keys are given.
_TABLES = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE sources (path TEXT PRIMARY KEY, sha256 TEXT NOT NULL, stamp TEXT NOT NULL,
    failure TEXT NOT NULL, disputed INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE documents (
    key INTEGER PRIMARY KEY, state INTEGER NOT NULL, retired TEXT NOT NULL, id TEXT NOT NULL,
    path TEXT NOT NULL, title TEXT NOT NULL, author TEXT NOT NULL, publisher TEXT NOT NULL,
    published TEXT NOT NULL, url TEXT NOT NULL, sha256 TEXT NOT NULL, note TEXT NOT NULL,
    sum INTEGER NOT NULL, marks TEXT NOT NULL, pages TEXT NOT NULL, text TEXT NOT NULL);
CREATE UNIQUE INDEX documents_current ON documents (id) WHERE state = 1;
CREATE INDEX documents_by_id ON documents (id, state);
CREATE INDEX documents_by_path ON documents (path, state, id);
CREATE INDEX documents_noted ON documents (path, note) WHERE state = 1 AND note != '';
CREATE INDEX documents_other ON documents (state, retired, id) WHERE state != 1;
CREATE INDEX documents_by_line ON documents (published, author, publisher, state);
CREATE TABLE removals (generation INTEGER NOT NULL, key INTEGER NOT NULL,
    PRIMARY KEY (generation, key)) WITHOUT ROWID;
CREATE TABLE embeddings (
    key INTEGER PRIMARY KEY, sha256 BLOB NOT NULL UNIQUE, sum INTEGER NOT NULL,
    text TEXT NOT NULL, vector BLOB NOT NULL, bits BLOB NOT NULL, starts BLOB NOT NULL);
CREATE TABLE passages (
    key INTEGER PRIMARY KEY, document INTEGER NOT NULL REFERENCES documents (key),
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, sum INTEGER NOT NULL,
    embedding INTEGER NOT NULL REFERENCES embeddings (key),
    title INTEGER REFERENCES embeddings (key), heading INTEGER REFERENCES embeddings (key),
    sentences BLOB NOT NULL);
CREATE INDEX passages_by_document ON passages (document);
CREATE INDEX passages_by_embedding ON passages (embedding);
CREATE INDEX passages_by_title ON passages (title);
CREATE INDEX passages_by_heading ON passages (heading);
"""


# POSIX: whoever closes a file drops all locks that the process has on it, those of SQLite's
# connections too (sqlite.org/howtocorrupt.html, section 2.2). So a database file that is read
# directly stays open until nobody in this process has it open as a database.
_guard = threading.Lock()
_users: Counter[tuple[int, int]] = Counter()
_files: dict[tuple[int, int], BinaryIO] = {}


class Database:
    """One library's file. Reading is safe from several threads; each has a connection of its own.

    Raises LibraryMissing, LibraryMismatch or LibraryDamaged when it cannot be opened; a writable
    one that is missing is made.
    """

    def __init__(self, folder: Path, *, writable: bool, file: str = FILE) -> None:
        self.path = folder / file
        self._writable = writable
        self._local = threading.local()
        self._all: dict[threading.Thread, sqlite3.Connection] = {}
        self._identity = (0, 0)
        if writable:
            folder.mkdir(parents=True, exist_ok=True)
        elif not self.path.is_file():
            raise LibraryMissing(
                f"there is no index in {folder}; build it first: commentary index --index {folder}"
            )
        try:
            if writable:
                self._prepare()
            with _guard:
                self._identity = _identity(self.path)
                _users[self._identity] += 1
            self._check_schema()
        except BaseException:
            self.close()
            raise

    @property
    def is_replaced(self) -> bool:
        """Whether another file stands where this one was opened."""
        try:
            return _identity(self.path) != self._identity
        except OSError:
            return True

    def close(self) -> None:
        for connection in list(self._all.values()):
            connection.close()
        self._all.clear()
        self._local = threading.local()
        with _guard:
            _users[self._identity] -= 1
            if _users[self._identity] <= 0:
                del _users[self._identity]
                if file := _files.pop(self._identity, None):
                    file.close()
        self._identity = (0, 0)

    def read_bytes(self, start: int, size: int) -> bytes:
        """So many bytes of the file itself, past SQLite."""
        with _guard:
            file = _files.get(self._identity)
            if file is None:
                file = _files[self._identity] = self.path.open("rb", buffering=0)
            file.seek(start)
            return file.read(size)

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """All reading inside sees one state, whatever a build commits meanwhile."""
        if self._db.in_transaction:
            yield
            return
        self.run("BEGIN")
        try:
            yield
        finally:
            self.run("ROLLBACK")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """One change of the library: all of it or nothing. Raises LibraryBusy when another
        process is writing."""
        self.run("BEGIN IMMEDIATE")
        try:
            yield
            self.run("COMMIT")
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise

    @property
    def _db(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            mode = "rwc" if self._writable else "ro"
            if not self._writable and self._is_frozen():
                mode += "&immutable=1"
            connection = sqlite3.connect(
                f"{self.path.resolve().as_uri()}?mode={mode}",
                uri=True,
                timeout=5.0,
                isolation_level=None,
                check_same_thread=False,
            )
            self._local.connection = connection
            self._keep(connection)
            connection.execute("PRAGMA cell_size_check = ON")
            connection.create_function("fold", 1, fold, deterministic=True)
        return connection

    def _keep(self, connection: sqlite3.Connection) -> None:
        """Note this thread's connection, and close those of threads that have ended: a server
        begins new ones as long as it lives."""
        with _guard:
            for thread in [thread for thread in self._all if not thread.is_alive()]:
                self._all.pop(thread).close()
            self._all[threading.current_thread()] = connection

    def _is_frozen(self) -> bool:
        """Whether nobody can write here (a read-only folder or disk) and no build was cut off:
        SQLite needs to be told, it would make its index of the log beside the file."""
        log = self.path.with_name(self.path.name + "-wal")
        empty = not log.exists() or log.stat().st_size == 0
        return empty and not os.access(self.path.parent, os.W_OK)

    def run(self, sql: str, values: Any = ()) -> None:
        """Execute a statement whose rows nobody reads."""
        with self._errors():
            self._db.execute(sql, values).fetchall()

    def many(self, sql: str, values: Iterable[Any]) -> None:
        with self._errors():
            self._db.executemany(sql, values)

    def rows(self, sql: str, values: Any = ()) -> Iterator[Any]:
        """The rows of a statement, read when they are asked for; its errors become ours."""
        with self._errors():
            # Not `yield from`: ended early, that would close the cursor, which raises when the
            # connection is closed already.
            for row in self._db.execute(sql, values):  # noqa: UP028
                yield row

    def table(self, sql: str, values: Any = ()) -> list[Any]:
        """All rows of a statement at once."""
        with self._errors():
            return self._db.execute(sql, values).fetchall()

    def one(self, sql: str, *values: object) -> Any:
        return next(self.rows(sql, values), None)

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise _ours(error, self.path) from error

    def _prepare(self) -> None:
        self.run("PRAGMA journal_mode = WAL")
        self.run("PRAGMA synchronous = FULL")
        # What is deleted is overwritten: a text that its owner removed stands nowhere any more.
        self.run("PRAGMA secure_delete = ON")
        # Else a build writes the pages of its indexes over and over.
        self.run(f"PRAGMA cache_size = -{_CACHE}")
        # The log is moved into the file once, by `index.library.seal`.
        self.run("PRAGMA wal_autocheckpoint = 0")
        if self.one("SELECT 1 FROM sqlite_master LIMIT 1") is None:
            meta = {"schema": SCHEMA}
            with self._errors():
                self._db.executescript(
                    f"BEGIN IMMEDIATE; {_TABLES} "
                    f"INSERT INTO meta VALUES ('schema', {SCHEMA}); "
                    f"INSERT INTO meta VALUES ('sum', {meta_sum(meta)}); COMMIT;"
                )

    def _check_schema(self) -> None:
        row = self.one("SELECT value FROM meta WHERE name = 'schema'")
        schema = None if row is None else row[0]
        if schema != SCHEMA:
            raise LibraryMismatch(
                f"{self.path} has schema {schema}, this version reads {SCHEMA}; "
                f"build it anew: commentary index --index {self.path.parent}"
            )


def overwrite(target: Path, source: Path) -> None:
    """Make one database hold what another one holds, as a single transaction. Raises LibraryDamaged
    when the target cannot be written to for what it holds."""
    with closing(sqlite3.connect(source)) as good, closing(sqlite3.connect(target)) as bad:
        try:
            good.backup(bad)
        except sqlite3.DatabaseError as error:
            raise _ours(error, target) from error


def checksum(*values: object) -> int:
    """CRC-32 of a row's values: any change of up to 32 bits in a row is seen."""
    return crc32(b"\x1f".join([v if isinstance(v, bytes) else str(v).encode() for v in values]))


def fold(text: str) -> str:
    """A text for comparing, whatever its case; SQLite's own functions know ASCII only."""
    return unicodedata.normalize("NFKC", text).casefold()


def meta_sum(values: dict[str, Any]) -> int:
    """The checksum of the table `meta`."""
    return checksum(*(f"{name}={values[name]}" for name in sorted(values) if name != "sum"))


def chunks(keys: Sequence[Key], size: int = 500) -> Iterator[list[Key]]:
    """The keys in runs that one statement can name."""
    for at in range(0, len(keys), size):
        yield list(keys[at : at + size])


def slots(values: Sequence[object]) -> str:
    """A question mark for each value."""
    return ",".join("?" * len(values))


def _ours(error: sqlite3.Error, path: Path) -> LibraryError:
    """What an error of SQLite's means for the library in this file."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return LibraryBusy(f"another process is writing to {path.parent}; wait for it to end")
    if code in _TROUBLE:
        return LibraryError(f"{path} cannot be used: {error}; what was indexed before is kept")
    return LibraryDamaged(f"{path} is damaged: {error}; {REPAIR}")


def _identity(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_dev, status.st_ino
