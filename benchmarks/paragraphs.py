"""What answers bring along from other paragraphs of a document (`qa.sentences`).

    python -m benchmarks.paragraphs DIR [DIR ...]

DIR is in BEIR form, its queries' metadata with `answers`. The passages of a title become one
document, a paragraph each, so that one of its paragraphs answers and no other does. Printed, with
the same reach everywhere as in the paragraph of the best sentence, and with those in use: how many
sentences an answer has, and how often the first and one of the first three answers.
"""

import json
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from benchmarks.folders import arguments, read_queries
from index import build_index
from qa import Answer, Assistant, sentences
from qa.evaluation.beir import CORPUS


def join(folder: Path, target: Path) -> None:
    """Write a document for each title of a folder's corpus."""
    texts: dict[str, list[str]] = defaultdict(list)
    with (folder / CORPUS).open(encoding="utf-8") as lines:
        for line in lines:
            passage = json.loads(line)
            texts[passage["title"]].append(" ".join(passage["text"].split()))
    documents = [
        json.dumps({"_id": f"{folder.name}-{title}", "title": title, "text": "\n\n".join(some)})
        for title, some in texts.items()
    ]
    (target / f"{folder.name}.jsonl").write_text("\n".join(documents), encoding="utf-8")


def report(name: str, asked: Sequence[tuple[tuple[str, ...], Answer]]) -> None:
    given = [(answers, answer) for answers, answer in asked if answer.kind == "sentences"]
    holds = [
        [any(one in citation.quote for one in answers) for citation in answer.citations]
        for answers, answer in given
    ]
    count = sum(map(len, holds)) / len(holds)
    first = sum(row[0] for row in holds) / len(holds)
    three = sum(any(row[:3]) for row in holds) / len(holds)
    print(
        f"{name}: {count:.2f} sentences, first {first:.3f}, first three {three:.3f}, n={len(holds)}"
    )


def main() -> None:
    given = arguments(__doc__)
    queries = [query for folder in given.folders for query in read_queries(folder)]
    queries = [query for query in queries if query.answers]
    with tempfile.TemporaryDirectory() as work:
        sources = Path(work, "sources")
        sources.mkdir()
        for folder in given.folders:
            join(folder, sources)
        index = given.index or Path(work, "index")
        build_index(sources, index)
        assistant = Assistant.open(index)
        used = sentences._BESIDE, sentences._ELSEWHERE
        for name, reach in (("one reach", (sentences._MARGIN,) * 2), ("in use", used)):
            sentences._BESIDE, sentences._ELSEWHERE = reach
            report(name, [(query.answers, assistant.ask(query.text)) for query in queries])
        assistant.close()


if __name__ == "__main__":
    main()
