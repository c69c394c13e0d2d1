"""What an index holds, for people and programs."""

from dataclasses import asdict, dataclass
from pathlib import Path

from index.library import Library


@dataclass(frozen=True, slots=True)
class Status:
    """What an index holds; `size` is bytes on disk, `failed` lists (path, reason)."""

    index: str
    documents: int
    passages: int
    generation: int
    model: str
    passage_tokens: int
    size: int
    failed: list[tuple[str, str]]

    def as_json(self) -> dict[str, object]:
        return asdict(self)

    def lines(self) -> list[tuple[str, str]]:
        """Name and value of everything but the failures, as a person reads them."""
        return [
            ("index", self.index),
            ("documents", f"{self.documents:,}"),
            ("passages", f"{self.passages:,}"),
            ("generation", f"{self.generation:,}"),
            ("model", f"{self.model}, at most {self.passage_tokens} tokens a passage"),
            ("size", f"{self.size / 1e6:,.1f} MB"),
        ]


def status_of(index: str | Path) -> Status:
    """The status of the index in this folder.

    Raises LibraryMissing, LibraryMismatch or LibraryDamaged. No model is loaded.
    """
    library = Library.open(index)
    try:
        with library.snapshot():
            counts = library.counts()
            return Status(
                index=str(index),
                documents=counts.documents,
                passages=counts.passages,
                generation=library.generation,
                model=library.meta("model") or "none yet",
                passage_tokens=int(library.meta("passage_tokens") or 0),
                size=sum(file.stat().st_size for file in Path(index).rglob("*") if file.is_file()),
                failed=[(path, s.failure) for path, s in library.sources().items() if s.failure],
            )
    finally:
        library.close()
