"""LlamaIndex with its own store, in the peers' environment (see common.py)."""

from pathlib import Path

from common import NEAREST, run
from llama_index.core import StorageContext, VectorStoreIndex, load_index_from_storage
from llama_index.core.schema import TextNode
from llama_index.embeddings.huggingface import HuggingFaceEmbedding


class LlamaIndex:
    def __init__(self, model: str, folder: Path) -> None:
        # Batches of 32, as sentence-transformers and the other peers have them; its own are of 10.
        self.embeddings = HuggingFaceEmbedding(model_name=model, embed_batch_size=32)
        self.folder = str(folder)

    def prepare(self, texts: list[str]) -> None:
        self.embeddings.get_query_embedding("The model is loaded and warm.")

    def build(self, texts: list[str]) -> None:
        nodes = [TextNode(text=text, id_=str(number)) for number, text in enumerate(texts)]
        index = VectorStoreIndex(nodes, embed_model=self.embeddings)
        index.storage_context.persist(self.folder)

    def open(self) -> None:
        kept = StorageContext.from_defaults(persist_dir=self.folder)
        self.index = load_index_from_storage(kept, embed_model=self.embeddings)
        self.retriever = self.index.as_retriever(similarity_top_k=NEAREST)

    def search(self, question: str) -> object:
        return self.retriever.retrieve(question)

    def change(self, number: int, text: str) -> None:
        self.index.delete_nodes([str(number)], delete_from_docstore=True)
        self.index.insert_nodes([TextNode(text=text, id_=str(number))])
        self.index.storage_context.persist(self.folder)


if __name__ == "__main__":
    run(LlamaIndex)
