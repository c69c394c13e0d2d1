"""Nearest passages by vector, derived from the library.

What was written last (`index.vector_base`) is never changed: it is read where it lies on disk, and
what was added and removed since (`index.vector_log`) stands beside it until all is written anew.
Vectors are unit length, so that an inner product is a cosine.
"""

from collections.abc import Sequence
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from index import vector_base, vector_log
from index.derived import Stamp, drop_stamp, partial, read_stamp, write_stamp, written
from index.library import Library
from index.vector_log import FILE, LOG

Keys = NDArray[np.int64]


class Vectors:
    """The vectors of all passages, by the passage's key."""

    def __init__(self, base: faiss.IndexIDMap, generation: int) -> None:
        self.generation = generation
        self._base = base
        self._held: Keys = faiss.vector_to_array(base.id_map)
        self._gone: Keys = self._held[:0]  # of those, what is not there any more
        self._recent = faiss.IndexIDMap2(vector_base.exact(base.d))

    @classmethod
    def of(cls, library: Library) -> "Vectors":
        """Those of the library as it is now. Nothing is embedded."""
        return cls(vector_base.build(library), library.generation)

    @classmethod
    def load(cls, folder: Path, generation: int | None = None) -> "Vectors | None":
        """What is on disk, of this or of whatever generation; None when there is nothing to
        trust."""
        stamp = read_stamp(folder / FILE, generation)
        if stamp is None:
            return None
        try:
            vectors = cls(vector_base.read(folder / FILE), stamp.generation)
            gone, new, added = vector_log.read(folder / LOG, stamp, vectors._base.d)
        except (RuntimeError, OSError, ValueError):
            return None
        vectors._gone = np.sort(gone)
        if len(new):
            vectors._recent.add_with_ids(added, new)
        return vectors if len(vectors) == stamp.count else None

    def __len__(self) -> int:
        return len(self._held) - len(self._gone) + int(self._recent.ntotal)

    def save(self, folder: Path) -> None:
        """Write what `of` made; the log of changes begins again. Raises LibraryError."""
        with partial(folder / FILE) as file:
            vector_base.write(self._base, file)
            drop_stamp(folder / FILE)
        (folder / LOG).unlink(missing_ok=True)
        last = int(self._held.max(initial=0))
        files = written(folder / FILE)
        write_stamp(folder / FILE, Stamp(self.generation, len(self), last, files))

    def keys(self) -> Keys:
        """Keys of all passages, ascending."""
        recent = faiss.vector_to_array(self._recent.id_map)
        return np.sort(np.concatenate([np.setdiff1d(self._held, self._gone), recent]))

    def vectors(self, keys: Keys) -> NDArray[np.float32]:
        """The vectors that are held for these passages, float32 (len(keys), d)."""
        recent = np.isin(keys, faiss.vector_to_array(self._recent.id_map))
        found = np.empty((len(keys), self._base.d), dtype=np.float32)
        for row in np.flatnonzero(recent):
            found[row] = self._recent.reconstruct(int(keys[row]))
        found[~recent] = vector_base.vectors(self._base, np.searchsorted(self._held, keys[~recent]))
        return found

    def search(
        self, vector: NDArray[np.float32], k: int, among: Sequence[int] | None = None
    ) -> dict[int, float]:
        """The `k` nearest passages and their cosines to `vector`, float32 (d,), best first.

        `among` restricts the search to these keys, and makes it exact whatever their number.
        """
        selected = None
        if among is not None:
            wanted = _bits(np.array(among, dtype=np.int64))
            selected = faiss.IDSelectorBitmap(wanted)
        # To keep what is gone from being found costs a look at each vector, four times the search;
        # where it is little, it is found too, and left out.
        there, gone = selected, set(self._gone.tolist() if len(self._gone) <= k else [])
        if selected is None and len(self._gone) > k:
            there = faiss.IDSelectorNot(faiss.IDSelectorBatch(self._gone))
        found: list[tuple[int, float]] = []
        for index, selector in ((self._base, there), (self._recent, selected)):
            count = min(k + len(gone), int(index.ntotal))
            if count:
                parameters = vector_base.parameters(index, selector, among is not None)
                cosines, keys = index.search(vector[None, :], count, params=parameters)
                found += zip(keys[0].tolist(), cosines[0].tolist(), strict=True)
        best = [pair for pair in found if pair[0] >= 0 and pair[0] not in gone]
        best.sort(key=lambda pair: -pair[1])
        return dict(best[:k])


def _bits(keys: Keys) -> NDArray[np.uint8]:
    """A bit for each key up to the highest, set for those that are given."""
    flags = np.zeros(int(keys.max(initial=0)) + 1, dtype=bool)
    flags[keys] = True
    return np.packbits(flags, bitorder="little")
