"""Which route runs a model on this machine, and why.

OpenVINO where it is prepared, or can be now; else sentence-transformers, always where there is a
GPU. The environment variable COMMENTARY_ROUTE asks for one: openvino or sentence-transformers.
"""

import os
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import ModelError
from index.prepared import Prepared, place, read
from index.route import Route
from index.weights import model_folder

if TYPE_CHECKING:
    from index.torch_route import TorchRoute

VARIABLE = "COMMENTARY_ROUTE"
REFERENCE = "sentence-transformers"


def choose(name: str) -> Route:
    """The model of this name, loaded. What is not prepared yet is prepared here, once, which takes
    seconds. Raises ModelError when the model cannot be loaded."""
    if not _reference_only():
        route = _prepared_route(name)
        if route is not None:
            return route
    from index.torch_route import TorchRoute

    reference = TorchRoute(model_folder(name) or name)
    if _reference_only() or reference.is_on_gpu:
        return reference
    return _prepare(name, reference) or reference


def route_of(name: str) -> str:
    """Which route the next question takes, and why, in a line. Loads no model."""
    if _wish() == REFERENCE:
        return f"{REFERENCE}: {VARIABLE} asks for it"
    if find_spec("openvino") is None:
        return f"{REFERENCE}: openvino is not installed"
    try:
        prepared = read(place(name))
    except ModelError:
        return f"{REFERENCE}: the model is not on this machine yet"
    if prepared is None:
        return f"{REFERENCE}: the model is not prepared for OpenVINO; the next use prepares it"
    if prepared.refused:
        return f"{REFERENCE}: {prepared.refused}"
    return (
        f"OpenVINO, {prepared.precision}: vectors agree with {REFERENCE} to {prepared.cosine:.5f}"
    )


def _wish() -> str:
    wish = os.environ.get(VARIABLE, "")
    if wish not in ("", "openvino", REFERENCE):
        raise ModelError(f"{VARIABLE} must be openvino or {REFERENCE}, found {wish!r}")
    return wish


def _reference_only() -> bool:
    return _wish() == REFERENCE or find_spec("openvino") is None


def _prepared_route(name: str) -> Route | None:
    """The prepared model, where there is one that can be run."""
    try:
        folder = place(name)
        prepared = read(folder)
    except (ModelError, OSError):
        return None
    return _open(folder, prepared)


def _open(folder: Path, prepared: Prepared | None) -> Route | None:
    if prepared is None or prepared.refused:
        return None
    from index.openvino_route import OpenVinoRoute

    try:
        return OpenVinoRoute(folder, prepared)
    except ModelError:
        return None


def _prepare(name: str, reference: "TorchRoute") -> Route | None:
    """The model, prepared now, unless it was refused before by the same libraries."""
    from index.prepare import prepare, versions

    try:
        folder = place(name)
        prepared = read(folder)
        if prepared is None or not prepared.refused or prepared.versions != versions():
            prepared = prepare(reference, folder)
    except (ModelError, OSError):  # a cache that cannot be written, a disk that is full
        return None
    return _open(folder, prepared)
