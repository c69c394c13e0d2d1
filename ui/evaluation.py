"""The figures of an evaluation as a table, as JSON and as a picture."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from index.errors import EvaluationError
from qa.answerable import THRESHOLD
from qa.evaluation import measures
from qa.evaluation.figures import together
from qa.evaluation.records import Group, Result, Retrieval
from ui.render import printable


def evaluation_json(results: Sequence[Result], merged: bool) -> dict[str, object]:
    """Keys as in qa/evaluation/records.py."""
    folders = {}
    for result in results:
        values = asdict(result)
        del values["scores"], values["name"]
        folders[result.name] = values
    pooled = together(results)
    return {
        "merged": merged,
        "threshold": THRESHOLD,
        "folders": folders,
        "together": asdict(pooled) if pooled else None,
    }


def evaluation_text(results: Sequence[Result]) -> str:
    """A block of rows for each folder, and one for all together where there are several."""
    blocks = ["\n".join(_rows(result)) for result in results]
    if len(results) > 1 and (pooled := together(results)) is not None:
        figures = {"AUROC": pooled.auroc, "calibration error": pooled.calibration_error}
        row = _row("answerable or not", pooled.questions, figures)
        blocks.append(f"all together:\n{row}")
    return printable("\n\n".join(blocks))


def _rows(result: Result) -> Iterator[str]:
    yield f"{result.name}: {result.questions:,} questions"
    before = " with history" if result.retrieval_last_turn else ""
    yield from _retrieval(f"retrieval{before}", result.retrieval)
    yield from _retrieval("retrieval, last turn alone", result.retrieval_last_turn)
    if (one := result.answer_sentence) is not None:
        figures: dict[str, float | None] = {
            "first": one.first,
            "in the first three": one.first_three,
        }
        yield _row("answer's sentence", one.questions, figures)
        figures = {"first": one.ranked_first, "in the first three": one.ranked_first_three}
        yield _row("the same without a no", one.questions, figures)
    for name, quotes in (("gold passage", result.from_passage), ("corpus", result.from_corpus)):
        if quotes is not None:
            figures = {
                "sentence F1": quotes.sentence_f1,
                "ROUGE-L": quotes.rouge_l,
                "refused": quotes.refused,
            }
            yield _row(f"quotes from the {name}", quotes.questions, figures)
    if (known := result.answerability) is not None:
        yield _row(
            "answerable or not",
            known.answerable + known.unanswerable,
            {
                "AUROC": known.auroc,
                "wrongly refused": known.wrongly_refused,
                "wrongly answered": known.wrongly_answered,
                "calibration error": known.calibration_error,
            },
        )
    if (others := result.others) is not None:
        figures = {"AUROC": others.auroc, "wrongly answered": others.wrongly_answered}
        yield _row("on other matters", others.questions, figures)
    for turn, group in result.by_turn.items():
        yield _group(f"after {turn} question{'s' * (turn != '1')}", group)
    for kind, group in result.by_kind.items():
        yield _group(kind, group)
    yield (
        f"  {'citations':27}{result.citations.exact:>6,} of {result.citations.checked:,} "
        "stand where they say"
    )
    yield (
        f"  {'an answer takes':27}{result.latency.p50_ms:>6.0f} ms at the median, "
        f"{result.latency.p95_ms:.0f} ms at the 95th percentile"
    )


def _retrieval(name: str, found: Retrieval | None) -> Iterator[str]:
    if found is not None:
        yield _row(
            name,
            found.questions,
            {
                "nDCG@10": found.ndcg_at_10,
                "recall@5": found.recall_at_5,
                "recall@10": found.recall_at_10,
                "MRR": found.mrr,
            },
        )


def _group(name: str, group: Group) -> str:
    figures = {
        "nDCG@10": group.ndcg_at_10,
        "answered": group.answered,
        "probability": group.probability,
    }
    return _row(name, group.questions, figures)


def _row(name: str, questions: int, figures: Mapping[str, float | None]) -> str:
    shown = (
        f"{what} {'-' if value is None else f'{value:.4f}'}" for what, value in figures.items()
    )
    return f"  {name:27}{questions:>6,}  {'  '.join(shown)}"


def plot(results: Sequence[Result], file: Path) -> None:
    """Draw how probability parts answerable questions from the others, and how well it is
    calibrated, over the questions of all folders; PNG or SVG by the name's ending.

    Raises EvaluationError when no question says whether it is answerable.
    """
    scores = [score for result in results for score in result.scores]
    if not scores:
        raise EvaluationError("nothing to draw: no question says whether it is answerable")
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 4.5), layout="constrained")
    FigureCanvasAgg(figure)
    left, right = figure.subplots(1, 2)
    for name, wanted, colour in (("answerable", True, "#1b6ca8"), ("not", False, "#c8553d")):
        here = [chance for chance, answerable in scores if answerable is wanted]
        if here:
            label = f"{name} ({len(here):,})"
            left.hist(here, bins=20, range=(0, 1), alpha=0.6, color=colour, label=label)
    left.axvline(THRESHOLD, color="black", linestyle="--", label=f"threshold {THRESHOLD:g}")
    left.set(xlabel="probability that the sources answer", ylabel="questions", xlim=(0, 1))
    left.legend()
    chances, answers = [chance for chance, _ in scores], [yes for _, yes in scores]
    points = measures.bins(chances, answers)
    right.plot([0, 1], [0, 1], color="grey", linestyle=":")
    right.plot([m for _, m, _ in points], [s for _, _, s in points], marker="o", color="#1b6ca8")
    for count, mean, share in points:
        right.annotate(f"{count:,}", (mean, share), (5, -12), textcoords="offset points")
    error = measures.calibration_error(chances, answers)
    right.set(
        title=f"expected calibration error {error:.3f}", xlabel="mean probability in the bin",
        ylabel="share that is answerable", xlim=(0, 1), ylim=(0, 1.02),
    )  # fmt: skip
    figure.savefig(file, dpi=150)
