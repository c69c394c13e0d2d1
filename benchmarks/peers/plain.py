"""The model alone: `SentenceTransformer.encode` as it comes, in float32 (see common.py)."""

from pathlib import Path

from common import run
from sentence_transformers import SentenceTransformer


class Plain:
    def __init__(self, model: str, folder: Path) -> None:
        self.model = SentenceTransformer(model)

    def prepare(self, texts: list[str]) -> None:
        self.model.encode("The model is loaded and warm.")

    def build(self, texts: list[str]) -> None:
        self.model.encode(texts)


if __name__ == "__main__":
    run(Plain)
