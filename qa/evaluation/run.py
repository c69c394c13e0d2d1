"""Asks the questions of judged folders and measures what comes back."""

import shutil
import tempfile
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from index.errors import EvaluationError, LibraryMismatch, LibraryMissing
from index.settings import Settings
from qa.candidates import Found
from qa.conversation import turns
from qa.evaluation import figures, measures
from qa.evaluation.beir import CORPUS, Folder, Query
from qa.evaluation.figures import Asked
from qa.evaluation.records import Latency, Others, Result
from qa.records import Answer, Hit
from qa.sentences import choose

if TYPE_CHECKING:
    from qa.assistant import Assistant

# Stage, done, total: as index.stage.Progress.
Progress = Callable[[str, int, int], None]
_DEEP = 40  # passages, from which the documents are taken


def evaluate(
    folders: Sequence[Folder],
    index: Path | None = None,
    merge: bool = False,
    others: bool = False,
    settings: Settings | None = None,
    tell: Progress = lambda stage, done, total: None,
) -> list[Result]:
    """The figures of each folder, in order.

    Each folder's corpus is indexed by itself, or with `merge` all as one. `index` keeps what is
    built and uses it again (each folder in a folder of its name where there are several); a folder
    without a corpus is asked of the index that lies there. With `others` the questions of the
    other folders are asked of each folder too. Raises EvaluationError and what a build raises.
    """
    from qa.assistant import Assistant

    bare = [folder for folder in folders if folder.corpus is None]
    if bare and (index is None or len(bare) < len(folders)):
        raise EvaluationError(
            f"{bare[0].name} has no {CORPUS}: name the index that answers its questions with "
            "--index, and evaluate it apart from folders that have one"
        )
    if bare and others:
        raise EvaluationError(f"{bare[0].name} has no {CORPUS} to ask other folders' questions of")
    results = []
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as work:
        for group in [folders] if merge or bare else [[folder] for folder in folders]:
            place = Path(work) / "index" / group[0].name
            if index is not None:
                place = index if len(group) == len(folders) else index / group[0].name
            if not bare:
                _build(group, Path(work) / "sources" / group[0].name, place, settings, tell)
            reranker = settings.reranker if settings else ""
            with closing(Assistant.open(place, reranker)) as assistant:
                for folder in group:
                    result = measure(folder, assistant, tell)
                    if others:
                        rest = [
                            q for other in folders if other is not folder for q in other.queries
                        ]
                        result = replace(result, others=_others(result, rest, assistant, tell))
                    results.append(result)
    return results


def _build(
    folders: Sequence[Folder], sources: Path, index: Path, settings: Settings | None, tell: Progress
) -> None:
    """Index the corpora, each as the source NAME/corpus.jsonl.

    Raises EvaluationError when one cannot be read, or when the index holds anything else, which
    the build would take for deleted.
    """
    from index import build_index
    from index.library import Library

    paths = set()
    for folder in folders:
        assert folder.corpus is not None
        (sources / folder.name).mkdir(parents=True)
        shutil.copy2(folder.corpus, sources / folder.name / CORPUS)
        paths.add(f"{folder.name}/{CORPUS}")
    try:
        with closing(Library.open(index)) as library:
            held = {document.path for document in library.documents()}
    except LibraryMissing:
        held = set()
    except LibraryMismatch as error:
        raise EvaluationError(
            f"the index in {index} was made by another version; delete it, or name another folder "
            "with --index"
        ) from error
    if held - paths:
        raise EvaluationError(
            f"the index in {index} holds {min(held - paths)}, which is none of these corpora; "
            "name another folder with --index"
        )
    report = build_index(sources, index, settings, tell)
    for path, reason in report.failed:
        raise EvaluationError(f"{path} cannot be read: {reason}")


def measure(folder: Folder, assistant: "Assistant", tell: Progress) -> Result:
    """The figures of a folder's questions, asked of this assistant."""
    asked = []
    ranked: dict[str, list[str]] = {}
    for done, query in enumerate(folder.queries):
        tell(f"{folder.name}", done, len(folder.queries))
        filters = dict(query.filters) or None
        began = perf_counter()
        answer = assistant.ask(query.text, query.history, filters)
        seconds = perf_counter() - began
        found = assistant.found(turns(query.text, query.history), filters)
        ranked[query.id] = _documents([hit for _, hit in found[:_DEEP]])
        alone = None
        if query.gold is not None and (query.selected or query.references):
            alone = assistant.ask(
                query.text, history=query.history, filters={"document": query.gold}
            )
        asked.append(Asked(query, answer, seconds, alone, _sentences(query, answer, found)))
    judged = [query for query in folder.queries if query.relevant]
    relevant = {query.id: query.relevant for query in judged}
    scored = measures.retrieval(ranked, relevant)
    last = None
    if any(query.history for query in judged):
        last = {
            q.id: _documents(assistant.retrieve(q.text, k=_DEEP, filters=dict(q.filters) or None))
            for q in judged
        }
    milliseconds = [1000 * one.seconds for one in asked]
    positions = sorted({query.turn for query in folder.queries})
    kinds = sorted({query.kind for query in folder.queries} - {""})
    return Result(
        name=folder.name,
        questions=len(asked),
        retrieval=figures.retrieval(scored),
        retrieval_last_turn=figures.retrieval(measures.retrieval(last, relevant)) if last else None,
        answer_sentence=figures.answer_sentence(asked),
        from_passage=figures.quotes([(one.query, one.from_passage) for one in asked]),
        from_corpus=figures.quotes(
            [(o.query, o.answer) for o in asked if o.from_passage is not None]
        ),
        answerability=figures.answerability(asked),
        by_turn={
            str(turn): figures.group([one for one in asked if one.query.turn == turn], scored)
            for turn in positions
            if positions != [0]
        },
        by_kind={
            kind: figures.group([one for one in asked if one.query.kind == kind], scored)
            for kind in kinds
        },
        citations=figures.citations(asked),
        latency=Latency(len(asked), *(float(p) for p in np.percentile(milliseconds, (50, 95)))),
        others=None,
        scores=tuple(
            (one.answer.confidence, one.query.answerable)
            for one in asked
            if one.query.answerable is not None
        ),
    )


def _sentences(query: Query, answer: Answer, found: Found) -> tuple[str, ...]:
    """The quotes of the answer or, where it was a no, those that it would have had."""
    if answer.answered or not query.answers:
        return tuple(citation.quote for citation in answer.citations)
    shown = found[: len(answer.hits)]
    documents = {signals.found.document for signals, _ in shown}
    near = [one for one in found if one[0].found.document in documents]
    return tuple(candidate.text for candidate in choose(query.text, shown, near))


def _documents(hits: Sequence[Hit]) -> list[str]:
    """The documents of these hits, each once, in order."""
    return list(dict.fromkeys(hit.document.id for hit in hits))


def _others(
    result: Result, queries: Sequence[Query], assistant: "Assistant", tell: Progress
) -> Others:
    own = [chance for chance, answerable in result.scores if answerable]
    chances, answered = [], 0
    for done, query in enumerate(queries):
        tell(f"{result.name}, other questions", done, len(queries))
        answer = assistant.ask(query.text, history=query.history)
        chances.append(answer.confidence)
        answered += answer.answered
    area = measures.auroc([*own, *chances], [True] * len(own) + [False] * len(chances))
    return Others(len(chances), area, answered / len(chances))
