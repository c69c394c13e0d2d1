"""The SQLite file: its tables, its connections, and its errors as ours. The only importer of
sqlite3."""

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from index.errors import (
    LibraryBusy,
    LibraryDamaged,
    LibraryError,
    LibraryMismatch,
    LibraryMissing,
)

FILE = "library.sqlite3"
SCHEMA = 1
REBUILD = "delete the index folder and run commentary index (your sources are not touched)"

_TABLES = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE sources (path TEXT PRIMARY KEY, sha256 TEXT NOT NULL, failure TEXT NOT NULL)
    WITHOUT ROWID;
CREATE TABLE documents (
    key INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, path TEXT NOT NULL,
    title TEXT NOT NULL, author TEXT NOT NULL, publisher TEXT NOT NULL, published TEXT NOT NULL,
    url TEXT NOT NULL, sha256 TEXT NOT NULL, marks TEXT NOT NULL, text TEXT NOT NULL);
CREATE INDEX documents_by_path ON documents (path);
CREATE TABLE embeddings (
    key INTEGER PRIMARY KEY AUTOINCREMENT, sha256 BLOB NOT NULL UNIQUE, text TEXT NOT NULL,
    vector BLOB, bits BLOB, starts BLOB);
CREATE INDEX embeddings_pending ON embeddings (key) WHERE vector IS NULL;
CREATE TABLE passages (
    key INTEGER PRIMARY KEY AUTOINCREMENT, document INTEGER NOT NULL REFERENCES documents (key),
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, context TEXT NOT NULL,
    sentences BLOB NOT NULL, embedding INTEGER NOT NULL REFERENCES embeddings (key),
    context_embedding INTEGER NOT NULL REFERENCES embeddings (key));
CREATE INDEX passages_by_document ON passages (document);
CREATE INDEX passages_by_embedding ON passages (embedding);
CREATE INDEX passages_by_context ON passages (context_embedding);
"""


class Database:
    """One library's file. Reading is safe from several threads; each has a connection of its own.

    Raises LibraryMissing, LibraryMismatch or LibraryDamaged when it cannot be opened; a writable
    one that is missing is made.
    """

    def __init__(self, folder: Path, *, writable: bool) -> None:
        self.path = folder / FILE
        self._writable = writable
        self._local = threading.local()
        self._all: list[sqlite3.Connection] = []
        if writable:
            folder.mkdir(parents=True, exist_ok=True)
            self._prepare()
        elif not self.path.is_file():
            raise LibraryMissing(
                f"there is no index in {folder}; build it first: commentary index --index {folder}"
            )
        self._check_schema()

    def close(self) -> None:
        for connection in self._all:
            connection.close()
        self._all.clear()
        self._local = threading.local()

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """All reading inside sees one state, whatever a build commits meanwhile."""
        if self._db.in_transaction:
            yield
            return
        self.rows("BEGIN")
        try:
            yield
        finally:
            self.rows("ROLLBACK")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """One change of the library: all of it or nothing. Raises LibraryBusy when another
        process is writing."""
        try:
            self._db.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            raise LibraryBusy(
                f"another build is writing to {self.path.parent}, or it is read-only: {error}"
            ) from error
        try:
            yield
            with self._errors():
                self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise

    @property
    def _db(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            mode = "rwc" if self._writable else "ro"
            connection = sqlite3.connect(
                f"{self.path.resolve().as_uri()}?mode={mode}",
                uri=True,
                timeout=5.0,
                isolation_level=None,
                check_same_thread=False,
            )
            self._local.connection = connection
            self._all.append(connection)
        return connection

    def rows(self, sql: str, values: Any = ()) -> Iterator[Any]:
        """The rows of a statement, read when they are asked for; its errors become ours."""
        with self._errors():
            rows = self._db.execute(sql, values)
        return self._each(rows)

    def many(self, sql: str, values: Iterable[Any]) -> None:
        with self._errors():
            self._db.executemany(sql, values)

    def _each(self, rows: sqlite3.Cursor) -> Iterator[Any]:
        with self._errors():
            yield from rows

    def one(self, sql: str, *values: object) -> Any:
        return next(self.rows(sql, values), None)

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            raise LibraryError(
                f"{self.path} cannot be used: {error}; what was indexed before is kept"
            ) from error
        except sqlite3.DatabaseError as error:
            raise LibraryDamaged(f"{self.path} is damaged: {error}; {REBUILD}") from error

    def _prepare(self) -> None:
        with self._errors():
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = FULL")
            if not self._db.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
                self._db.executescript(
                    f"BEGIN IMMEDIATE; {_TABLES} "
                    f"INSERT INTO meta VALUES ('schema', {SCHEMA}); COMMIT;"
                )

    def _check_schema(self) -> None:
        row = self.one("SELECT value FROM meta WHERE name = 'schema'")
        schema = None if row is None else row[0]
        if schema != SCHEMA:
            raise LibraryMismatch(
                f"{self.path} has schema {schema}, this version reads {SCHEMA}; {REBUILD}"
            )


def chunks(keys: Sequence[int], size: int = 500) -> Iterator[list[int]]:
    """The keys in runs that one statement can name."""
    for at in range(0, len(keys), size):
        yield list(keys[at : at + size])


def slots(values: Sequence[object]) -> str:
    """A question mark for each value."""
    return ",".join("?" * len(values))
