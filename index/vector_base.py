"""The vectors of a whole library as faiss holds them: exact while that is quick, in lists beyond.

Up to _EXACT passages every vector is compared, in bfloat16 (recall@10 of 1.000 against float32).
Beyond, vectors lie in lists of those that are near each other, a byte a dimension, and a question
looks into the nearest ones (an inverted file: Sivic and Zisserman 2003; Jégou, Douze and Schmid
2011, section IV). What a question costs and finds at each size: docs/performance.md.
"""

import errno
import math
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from index.library import Library

_EXACT = 200_000
_PROBED = 1 / 16  # share of the lists that a question looks into
# For each list so many vectors are looked at to find its centre, so many times.
_EXAMPLES, _ROUNDS = 64, 10
_STEP = 10_000

# One question at a time: threads would only wait for those of the model to let go of the cores.
faiss.omp_set_num_threads(1)


def build(library: Library) -> faiss.IndexIDMap:
    """The vectors of the library as it is now, by passage key, ascending."""
    keys = np.array(library.passage_keys(), dtype=np.int64)
    with _all_cores():
        inner = exact(library.dimension)
        if len(keys) > _EXACT:
            inner = _in_lists(library, keys)
        index = faiss.IndexIDMap(inner)
        for at in range(0, len(keys), _STEP):
            some = keys[at : at + _STEP]
            index.add_with_ids(library.vectors(some.tolist()), some)
    return index


def exact(dimension: int) -> faiss.IndexScalarQuantizer:
    """An empty index that compares every vector."""
    return faiss.IndexScalarQuantizer(
        dimension, faiss.ScalarQuantizer.QT_bf16, faiss.METRIC_INNER_PRODUCT
    )


def read(path: Path) -> faiss.IndexIDMap:
    """What `build` made and was written to a file, read where it lies: it costs memory as far as
    it is looked at. Raises RuntimeError when it is none."""
    index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
    if not isinstance(index, faiss.IndexIDMap | faiss.IndexIDMap2):
        raise RuntimeError(f"{path} does not hold vectors by key")
    _find_by_row(faiss.downcast_index(index.index))
    return index


def write(index: faiss.IndexIDMap, path: Path) -> None:
    """Write it to a file. Raises OSError."""
    try:
        faiss.write_index(index, str(path))
    except RuntimeError as error:
        raise OSError(errno.EIO, "faiss could not write it", str(path)) from error


def vectors(index: faiss.IndexIDMap, rows: NDArray[np.int64]) -> NDArray[np.float32]:
    """The vectors of these rows as they are held, float32 (len(rows), d)."""
    inner = faiss.downcast_index(index.index)
    return np.asarray(inner.reconstruct_batch(rows), dtype=np.float32)


def parameters(
    index: faiss.IndexIDMap, selector: faiss.IDSelector | None, is_exact: bool
) -> faiss.SearchParameters | None:
    """How to search: those that the selector lets through, in all lists if it has to be exact."""
    inner = faiss.downcast_index(index.index)
    if not isinstance(inner, faiss.IndexIVF):
        return faiss.SearchParameters(sel=selector) if selector else None
    lists = inner.nlist if is_exact else math.ceil(_PROBED * inner.nlist)
    return faiss.SearchParametersIVF(sel=selector, nprobe=lists)


def _in_lists(library: Library, keys: NDArray[np.int64]) -> faiss.IndexIVFScalarQuantizer:
    """An empty index in lists, which knows their centres."""
    lists = 2 ** round(math.log2(2 * math.sqrt(len(keys))))
    centres = faiss.IndexFlatIP(library.dimension)
    inner = faiss.IndexIVFScalarQuantizer(
        centres, library.dimension, lists, faiss.ScalarQuantizer.QT_8bit,
        faiss.METRIC_INNER_PRODUCT, True,
    )  # fmt: skip
    inner.cp.niter, inner.cp.max_points_per_centroid = _ROUNDS, _EXAMPLES
    inner.cp.min_points_per_centroid = 1  # or faiss warns of less
    count = min(_EXAMPLES * lists, len(keys))
    examples = np.random.default_rng(0).choice(keys, count, replace=False)
    inner.train(library.vectors(np.sort(examples).tolist()))
    _find_by_row(inner)
    return inner


def _find_by_row(inner: faiss.Index) -> None:
    """Have an index in lists know in which of them each row lies; it is written with it."""
    if isinstance(inner, faiss.IndexIVF):
        inner.make_direct_map()


@contextmanager
def _all_cores() -> Iterator[None]:
    faiss.omp_set_num_threads(os.cpu_count() or 1)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(1)
