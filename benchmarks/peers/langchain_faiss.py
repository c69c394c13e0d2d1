"""LangChain with FAISS, run in the peers' environment by benchmarks/start.py.

    python langchain_faiss.py MODEL PLACE build | ask QUESTION

PLACE holds passages.json. `build` prints the seconds that it took once the model is loaded.
"""

import json
import sys
import time
from pathlib import Path

from langchain_community.vectorstores import FAISS
from langchain_huggingface import HuggingFaceEmbeddings

model, place, task, *question = sys.argv[1:]
embeddings = HuggingFaceEmbeddings(model_name=model)
if task == "build":
    passages = json.loads(Path(place, "passages.json").read_text(encoding="utf-8"))
    embeddings.embed_query("The model is loaded and warm.")
    began = time.perf_counter()
    FAISS.from_texts(passages, embeddings).save_local(place)
    print(f"{time.perf_counter() - began:.2f}")
else:
    store = FAISS.load_local(place, embeddings, allow_dangerous_deserialization=True)
    print(store.similarity_search(question[0], k=3))
