"""Nearest passages by vector: exact search with faiss, derived from the library.

The only importer of faiss. Vectors are unit length and held in bfloat16 (half the memory of
float32, recall@10 of 1.000 against it), so that an inner product is a cosine.
"""

from collections.abc import Sequence
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from index.derived import drop_stamp, read_stamp, write_file, write_stamp
from index.library import Library

FILE = "vectors.faiss"
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
        generation = read_stamp(folder / FILE, generation)
        if generation is None:
            return None
        try:
            index = faiss.read_index(str(folder / FILE))
        except RuntimeError:
            return None
        vectors = cls.__new__(cls)
        vectors._index, vectors.generation = index, generation
        return vectors

    def follow(self, library: Library) -> None:
        """Bring this up to the library's state by comparing keys. Nothing is embedded."""
        wanted = np.array(library.passage_keys(), dtype=np.int64)
        held = self.keys()
        gone = np.setdiff1d(held, wanted, assume_unique=True)
        new = np.setdiff1d(wanted, held, assume_unique=True)
        if len(gone):
            self._index.remove_ids(gone)
        for at in range(0, len(new), _STEP):
            keys = new[at : at + _STEP]
            self._index.add_with_ids(library.vectors(keys.tolist()), keys)
        self.generation = library.generation

    def save(self, folder: Path) -> None:
        drop_stamp(folder / FILE)
        write_file(folder / FILE, faiss.serialize_index(self._index).tobytes())
        write_stamp(folder / FILE, self.generation)

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
