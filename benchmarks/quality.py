"""How well the index retrieves and picks sentences, on folders in BEIR form.

    python -m benchmarks.quality DIR [DIR ...]

The folders (corpus.jsonl, queries.jsonl, qrels/test.tsv) are merged into one library, which is
built in a temporary folder unless --index names one to keep. Printed for each folder: nDCG@10
with the question alone and with its history, and, where a query's metadata has `answers`, how
often a sentence that holds one comes first or among the first three; then whether every citation
of every answer is what stands at its place.
"""

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.folders import Query, merged, ndcg, read_queries
from qa import Assistant, Hit


def documents(hits: Sequence[Hit]) -> list[str]:
    """The documents of these hits, each once, in order."""
    return list(dict.fromkeys(hit.document.id for hit in hits))


def report(name: str, assistant: Assistant, queries: Sequence[Query]) -> Iterator[str]:
    """The lines of one folder's table; raises AssertionError for a citation that is off."""
    judged = [query for query in queries if query.relevant]
    for label, history in (("question alone", False), ("with its history", True)):
        if history and not any(query.history for query in judged):
            continue
        scores = [
            ndcg(
                documents(assistant.retrieve(q.text, k=40, history=q.history if history else [])),
                q.relevant,
            )
            for q in judged
        ]
        yield f"{name:12} nDCG@10, {label:17} {sum(scores) / len(scores):.4f}   n = {len(scores)}"
    first = three = total = citations = answered = 0
    for query in queries:
        answer = assistant.ask(query.text, history=query.history)
        quotes = [citation.quote for citation in answer.citations]
        for citation in answer.citations:
            text = citation.document.text[citation.start : citation.end]
            assert text == citation.quote, (citation.document.id, citation.start, citation.end)
        citations += len(quotes)
        answered += answer.answered
        if answers := query.metadata.get("answers"):
            holds = [any(a in quote for a in answers) for quote in quotes]
            first, three, total = first + any(holds[:1]), three + any(holds[:3]), total + 1
    if total:
        yield (
            f"{name:12} answer's sentence first {first / total:.4f}, "
            f"in the first three {three / total:.4f}   n = {total}"
        )
    yield f"{name:12} answered {answered} of {len(queries)}; {citations} citations, all exact"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("folders", nargs="+", type=Path, metavar="DIR")
    parser.add_argument("--index", type=Path, help="keep the library here and use it again")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        assistant = merged(arguments.folders, Path(temporary), arguments.index)
        for folder in arguments.folders:
            for line in report(folder.name, assistant, read_queries(folder)):
                print(line, flush=True)


if __name__ == "__main__":
    main()
