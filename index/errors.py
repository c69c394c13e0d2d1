"""Every error that a user can meet, in one tree.

    CommentaryError            catch this one to catch them all
    ├── SettingsError          an unknown setting, or a value out of its range
    ├── SourceError            a source that cannot be read; a build skips it and says so
    ├── ModelError             the embedding model is missing, altered or unusable
    ├── LibraryError           something about the index on disk
    │   ├── LibraryMissing     nothing has been built there yet
    │   ├── LibraryMismatch    made by another version, model or passage setting
    │   ├── LibraryBusy        another build is writing to it
    │   └── LibraryDamaged     what is on disk is not what was written
    ├── EvaluationError        judged questions that are not in the form they must have
    └── QuestionError          an empty question, or one that is too long

Each message says what was expected, what was found and what to do. Anything else that
escapes is a bug.
"""


class CommentaryError(Exception):
    """Base of every error that has a message for the user."""


class SettingsError(CommentaryError):
    """A setting is unknown or its value cannot be used."""


class SourceError(CommentaryError):
    """A source cannot be read; the message is the reason, without the path."""


class ModelError(CommentaryError):
    """The embedding model cannot be loaded or is not the one that was asked for."""


class LibraryError(CommentaryError):
    """The index on disk cannot be used as it is."""


class LibraryMissing(LibraryError):
    """There is no index at the place that was named."""


class LibraryMismatch(LibraryError):
    """The index was made with another schema, model or passage setting."""


class LibraryBusy(LibraryError):
    """Another process is building the same index."""


class LibraryDamaged(LibraryError):
    """The index does not hold what was written to it."""


class QuestionError(CommentaryError):
    """A question that cannot be asked: empty, too long, or with a malformed history."""


class EvaluationError(CommentaryError):
    """A folder of judged questions is incomplete, or does not fit the index."""
