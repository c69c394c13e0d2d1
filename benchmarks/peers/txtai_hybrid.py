"""txtai, by vectors and by words, texts kept, in the peers' environment (see common.py)."""

from pathlib import Path

from common import NEAREST, run
from txtai import Embeddings


class Txtai:
    def __init__(self, model: str, folder: Path) -> None:
        self.model, self.folder = model, str(folder)

    def prepare(self, texts: list[str]) -> None:
        self.store = Embeddings(
            path=self.model, method="sentence-transformers", hybrid=True, content=True
        )
        self.store.transform("The model is loaded and warm.")

    def build(self, texts: list[str]) -> None:
        self.store.index((str(number), text, None) for number, text in enumerate(texts))
        self.store.save(self.folder)

    def open(self) -> None:
        self.store = Embeddings()
        self.store.load(self.folder)

    def search(self, question: str) -> object:
        return self.store.search(question, NEAREST)

    def change(self, number: int, text: str) -> None:
        self.store.upsert([(str(number), text, None)])
        self.store.save(self.folder)


if __name__ == "__main__":
    run(Txtai)
