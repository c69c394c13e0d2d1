"""Chroma with a store on disk, in the peers' environment (see common.py)."""

from pathlib import Path

import chromadb
from chromadb.utils.embedding_functions import SentenceTransformerEmbeddingFunction
from common import NEAREST, run


class Chroma:
    def __init__(self, model: str, folder: Path) -> None:
        self.embeddings = SentenceTransformerEmbeddingFunction(model_name=model)
        self.folder = str(folder)

    def prepare(self, texts: list[str]) -> None:
        self.embeddings(["The model is loaded and warm."])

    def build(self, texts: list[str]) -> None:
        self.open()
        most = self.client.get_max_batch_size()
        for first in range(0, len(texts), most):
            some = texts[first : first + most]
            ids = [str(number) for number in range(first, first + len(some))]
            self.passages.add(ids=ids, documents=some)

    def open(self) -> None:
        self.client = chromadb.PersistentClient(
            self.folder, chromadb.Settings(anonymized_telemetry=False)
        )
        self.passages = self.client.get_or_create_collection(
            "passages", embedding_function=self.embeddings
        )

    def search(self, question: str) -> object:
        return self.passages.query(query_texts=[question], n_results=NEAREST)

    def change(self, number: int, text: str) -> None:
        self.passages.update(ids=[str(number)], documents=[text])


if __name__ == "__main__":
    run(Chroma)
