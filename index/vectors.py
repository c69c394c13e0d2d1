"""Nearest passages by vector: exact search with faiss, derived from the library.

The only importer of faiss. Vectors are unit length and held in bfloat16 (half the memory of
float32, recall@10 of 1.000 against it), so that an inner product is a cosine. On disk they are a
file, and a log of the changes since it was written (`index.vector_log`).
"""

from collections.abc import Sequence
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from index import vector_log
from index.derived import Stamp, drop_stamp, read_stamp, write_file, write_stamp, written
from index.library import Library
from index.vector_log import FILE, LOG

# One question at a time: threads would only wait for those of the model to let go of the cores.
faiss.omp_set_num_threads(1)
_STEP = 10_000


class Vectors:
    """The vectors of all passages, by the passage's key."""

    def __init__(self, dimension: int) -> None:
        flat = faiss.IndexScalarQuantizer(
            dimension, faiss.ScalarQuantizer.QT_bf16, faiss.METRIC_INNER_PRODUCT
        )
        self._index = faiss.IndexIDMap2(flat)
        self.generation = 0

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @classmethod
    def load(cls, folder: Path, generation: int | None = None) -> "Vectors | None":
        """What is on disk, of this or of whatever generation; None when there is nothing to
        trust."""
        stamp = read_stamp(folder / FILE, generation)
        if stamp is None:
            return None
        try:
            index = faiss.read_index(str(folder / FILE))
            gone, new, added = vector_log.read(folder / LOG, stamp, index.d)
        except (RuntimeError, OSError, ValueError):
            return None
        vectors = cls.__new__(cls)
        vectors._index, vectors.generation = index, stamp.generation
        vectors._change(gone, new, added)
        return vectors if len(vectors) == stamp.count else None

    def follow(self, library: Library) -> None:
        """Bring this up to the library's state by comparing keys. Nothing is embedded."""
        wanted = np.array(library.passage_keys(), dtype=np.int64)
        held = self.keys()
        gone = np.setdiff1d(held, wanted, assume_unique=True)
        new = np.setdiff1d(wanted, held, assume_unique=True)
        self._change(gone, new[:0], np.zeros((0, self._index.d), dtype=np.float32))
        for at in range(0, len(new), _STEP):
            keys = new[at : at + _STEP]
            self._change(gone[:0], keys, library.vectors(keys.tolist()))
        self.generation = library.generation

    def save(self, folder: Path) -> None:
        """Write all of it anew; the log of changes begins again."""
        drop_stamp(folder / FILE)
        write_file(folder / FILE, faiss.serialize_index(self._index).tobytes())
        (folder / LOG).unlink(missing_ok=True)
        last = int(self.keys()[-1]) if len(self) else 0
        files = written(folder / FILE)
        write_stamp(folder / FILE, Stamp(self.generation, len(self), last, files))

    def _change(
        self, gone: NDArray[np.int64], new: NDArray[np.int64], added: NDArray[np.float32]
    ) -> None:
        if len(gone):
            self._index.remove_ids(gone)
        if len(new):
            self._index.add_with_ids(np.ascontiguousarray(added), new)

    def keys(self) -> NDArray[np.int64]:
        """Keys of all passages, ascending."""
        return np.sort(faiss.vector_to_array(self._index.id_map))

    def vectors(self, keys: Sequence[int]) -> NDArray[np.float32]:
        """The vectors that are held for these passages, float32 (len(keys), d)."""
        return np.stack([self._index.reconstruct(int(key)) for key in keys])

    def search(
        self, vector: NDArray[np.float32], k: int, among: Sequence[int] | None = None
    ) -> dict[int, float]:
        """The `k` nearest passages and their cosines to `vector`, float32 (d,), best first.

        `among` restricts the search to these keys.
        """
        count = min(k, len(self))
        if not count:
            return {}
        parameters = None
        if among is not None:
            selector = faiss.IDSelectorBatch(np.array(among, dtype=np.int64))
            parameters = faiss.SearchParameters(sel=selector)
        cosines, keys = self._index.search(vector[None, :], count, params=parameters)
        return {
            int(key): float(cosine)
            for key, cosine in zip(keys[0], cosines[0], strict=True)
            if key >= 0
        }
