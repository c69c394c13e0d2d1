"""Builds in processes that can be killed: `python tests/builder.py SOURCES INDEX`.

Everything is imported once; for each line on stdin (a number of passage tokens) a child is forked.
It loads the model, prints its process id, and builds; then it is printed how it ended. Threads do
not outlive a fork, and the model has some: it is loaded in the child.
"""

import os
import sys

os.environ.update(OMP_NUM_THREADS="1", TOKENIZERS_PARALLELISM="false", HF_HUB_OFFLINE="1")

from index import Settings, build_index
from index.embedder import load_embedder
from index.settings import DEFAULT_MODEL


def main() -> None:
    sources, index = sys.argv[1:]
    print("ready", flush=True)
    for line in sys.stdin:
        child = os.fork()
        if not child:
            load_embedder(DEFAULT_MODEL)
            print(os.getpid(), flush=True)
            build_index(sources, index, Settings(passage_tokens=int(line)))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
