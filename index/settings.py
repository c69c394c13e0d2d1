"""What a user may set, read from a TOML file (`commentary.toml`)."""

import dataclasses
import tomllib
from dataclasses import dataclass
from pathlib import Path

from index.errors import SettingsError

DEFAULT_MODEL = "all-MiniLM-L6-v2"
DEFAULT_FILE = "commentary.toml"


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of an index. Model and passage_tokens change what is embedded, so both are part of
    its fingerprint; the reranker is not.

    model: a sentence-transformers model by name or folder.
    passage_tokens: the longest passage, in the model's own tokens (32 to 8192); a model with a
        smaller window lowers it.
    reranker: a cross-encoder by name or folder, which reads the best passages of a question once
        more; "" for none.
    """

    model: str = DEFAULT_MODEL
    passage_tokens: int = 200
    reranker: str = ""

    def __post_init__(self) -> None:
        if not isinstance(self.model, str) or not self.model.strip():
            raise SettingsError("model must be the name or the folder of a model, not empty")
        if type(self.passage_tokens) is not int or not 32 <= self.passage_tokens <= 8192:
            raise SettingsError(
                "passage_tokens must be a whole number from 32 to 8192, "
                f"not {self.passage_tokens!r}"
            )
        if not isinstance(self.reranker, str):
            raise SettingsError(
                'reranker must be the name or the folder of a cross-encoder, or "" for none, '
                f"not {self.reranker!r}"
            )


def load_settings(path: str | Path) -> Settings:
    """Read settings from a TOML file.

    Raises SettingsError when the file cannot be read or parsed, or names an unknown setting.
    """
    try:
        values = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read: {error.strerror}") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path}: cannot be read as settings: {error}") from error
    known = [field.name for field in dataclasses.fields(Settings)]
    unknown = sorted(set(values) - set(known))
    if unknown:
        raise SettingsError(
            f"{path}: unknown setting {', '.join(unknown)}; the settings are {', '.join(known)}"
        )
    try:
        return Settings(**values)
    except SettingsError as error:
        raise SettingsError(f"{path}: {error}") from error
