"""LangChain with FAISS, in the peers' environment (see common.py)."""

from pathlib import Path

from common import NEAREST, run
from langchain_community.vectorstores import FAISS
from langchain_huggingface import HuggingFaceEmbeddings


class LangChain:
    def __init__(self, model: str, folder: Path) -> None:
        self.embeddings = HuggingFaceEmbeddings(model_name=model)
        self.folder = str(folder)

    def prepare(self, texts: list[str]) -> None:
        self.embeddings.embed_query("The model is loaded and warm.")

    def build(self, texts: list[str]) -> None:
        ids = [str(number) for number in range(len(texts))]
        FAISS.from_texts(texts, self.embeddings, ids=ids).save_local(self.folder)

    def open(self) -> None:
        self.store = FAISS.load_local(
            self.folder, self.embeddings, allow_dangerous_deserialization=True
        )

    def search(self, question: str) -> object:
        return self.store.similarity_search(question, k=NEAREST)

    def change(self, number: int, text: str) -> None:
        self.store.delete([str(number)])
        self.store.add_texts([text], ids=[str(number)])
        self.store.save_local(self.folder)


if __name__ == "__main__":
    run(LangChain)
