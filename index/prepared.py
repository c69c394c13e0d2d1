"""Models that were prepared for OpenVINO: where they lie in the cache, what is known of them, and
whether their files are those that were written. `prepare` makes them.

A prepared model is a folder: the graph (model.xml, model.bin in float32), tokenizer.json,
OpenVINO's own compiled form of it, and `prepared.json`, written last, with what a question needs to
know and the sha256 of every file. It belongs to the weights and the small files beside them.
"""

import hashlib
import json
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from index.cache import cache_folder, file_sha256, write_atomically
from index.weights import weights_file, weights_sha256

GRAPH, WEIGHTS, TOKENIZER = "model.xml", "model.bin", "tokenizer.json"
COMPILED = "compiled"
_FACTS, _COMPILED_SUMS = "prepared.json", "compiled.json"
# Goes up when what is prepared, or how, changes.
_FORMAT = 2
# The least cosine that vectors, and tokens on the whole, must have with the reference's, and the
# probe with what it was.
AGREES = 0.999
# The model's own small files, which decide how it is run.
_SETTINGS = ("*.json", "*.txt", "*/config.json")


@dataclass(frozen=True, slots=True)
class Prepared:
    """What is known of a prepared model.

    refused: why it cannot be run so; what follows is then empty.
    versions: of the libraries that made it.
    precision: "bf16" or "f32", in which it agreed with the reference.
    cosine, token_cosine: the least that vectors and tokens agreed with the reference's.
    bits: the share of token bits that differed.
    mean: the model's mean token, float32 (d,), from the reference.
    probe: the vector of the first text of the sample.
    inputs: names of the graph's inputs, in order.
    """

    versions: Mapping[str, str]
    refused: str = ""
    precision: str = "f32"
    dimension: int = 0
    longest: int = 0
    prompts: Mapping[str, str] = field(default_factory=dict)
    inputs: tuple[str, ...] = ()
    mean: tuple[float, ...] = ()
    probe: tuple[float, ...] = ()
    cosine: float = 0.0
    token_cosine: float = 0.0
    bits: float = 0.0


def place(name: str) -> Path:
    """Where the prepared form of this model lies, or would. Raises ModelError where the model is
    not on this machine."""
    folder = weights_file(name).parent
    hasher = hashlib.sha256(f"{_FORMAT} {weights_sha256(name)}".encode())
    for path in sorted({path for pattern in _SETTINGS for path in folder.glob(pattern)}):
        hasher.update(f"\n{path.relative_to(folder).as_posix()} ".encode())
        hasher.update(path.read_bytes())
    return cache_folder() / "models" / hasher.hexdigest()[:32]


def read(folder: Path) -> Prepared | None:
    """What was prepared in this folder; None where nothing was, or its files are not those that
    were written."""
    try:
        value = json.loads((folder / _FACTS).read_text(encoding="utf-8"))
        facts = value["facts"]
        sound = value["sum"] == _sum(facts, value["files"]) and all(
            file_sha256(folder / file) == digest for file, digest in value["files"].items()
        )
        return Prepared(**facts) if sound else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write(folder: Path, prepared: Prepared) -> None:
    """Say that what lies in this folder is complete. Raises OSError."""
    files = {
        file: file_sha256(folder / file)
        for file in (GRAPH, WEIGHTS, TOKENIZER)
        if (folder / file).is_file()
    }
    facts = json.loads(json.dumps(asdict(prepared)))
    value = {"facts": facts, "files": files, "sum": _sum(facts, files)}
    write_atomically(folder / _FACTS, json.dumps(value).encode())


def drop_damaged_compiled(folder: Path) -> None:
    """Delete OpenVINO's compiled form unless it is what `seal_compiled` saw: OpenVINO makes it
    again, and does not check it."""
    if _compiled_sums(folder) != _read_sums(folder):
        shutil.rmtree(folder / COMPILED, ignore_errors=True)


def seal_compiled(folder: Path) -> None:
    """Remember OpenVINO's compiled form as it is now, where it can be written."""
    with suppress(OSError):
        sums = _compiled_sums(folder)
        if sums != _read_sums(folder):
            write_atomically(folder / _COMPILED_SUMS, json.dumps(sums).encode())


def _compiled_sums(folder: Path) -> dict[str, str]:
    files = sorted((folder / COMPILED).glob("*"))
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def _read_sums(folder: Path) -> dict[str, str]:
    try:
        found = json.loads((folder / _COMPILED_SUMS).read_text(encoding="utf-8"))
        return found if isinstance(found, dict) else {}
    except (OSError, ValueError):
        return {}


def _sum(facts: Any, files: Any) -> str:
    return hashlib.sha256(json.dumps([facts, files], sort_keys=True).encode()).hexdigest()
