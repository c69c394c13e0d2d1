"""What an evaluation finds: shares in [0, 1], counts, milliseconds; None where nothing was to be
measured. The names are the keys of `commentary eval --json` and stay as they are."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Retrieval:
    questions: int
    ndcg_at_10: float
    recall_at_5: float
    recall_at_10: float
    mrr: float


@dataclass(frozen=True, slots=True)
class AnswerSentence:
    """How often a sentence that holds an answer is the first, or one of the first three: of the
    answer as it was given, and (`ranked`) of the sentences it would have had without a refusal."""

    questions: int
    first: float
    first_three: float
    ranked_first: float
    ranked_first_three: float


@dataclass(frozen=True, slots=True)
class Quotes:
    """The quotes against selected sentences and against written answers; `refused` is the share
    that got a no."""

    questions: int
    refused: float
    sentence_f1: float | None
    rouge_l: float | None


@dataclass(frozen=True, slots=True)
class Answerability:
    answerable: int
    unanswerable: int
    auroc: float | None
    wrongly_refused: float | None
    wrongly_answered: float | None
    calibration_error: float


@dataclass(frozen=True, slots=True)
class Group:
    """Questions of one turn position or kind."""

    questions: int
    ndcg_at_10: float | None
    answered: float
    probability: float


@dataclass(frozen=True, slots=True)
class Citations:
    checked: int
    exact: int


@dataclass(frozen=True, slots=True)
class Latency:
    questions: int
    p50_ms: float
    p95_ms: float


@dataclass(frozen=True, slots=True)
class Others:
    """Other folders' questions, against the folder's own answerable ones."""

    questions: int
    auroc: float | None
    wrongly_answered: float


@dataclass(frozen=True, slots=True)
class Together:
    """The questions of all folders that say whether they are answerable, as one set."""

    questions: int
    auroc: float | None
    calibration_error: float


@dataclass(frozen=True, slots=True)
class Result:
    """The figures of one folder. `scores` holds (probability, answerable) of each question that
    says whether it is answerable."""

    name: str
    questions: int
    retrieval: Retrieval | None
    retrieval_last_turn: Retrieval | None
    answer_sentence: AnswerSentence | None
    from_passage: Quotes | None
    from_corpus: Quotes | None
    answerability: Answerability | None
    by_turn: dict[str, Group]
    by_kind: dict[str, Group]
    citations: Citations
    latency: Latency
    others: Others | None
    scores: tuple[tuple[float, bool], ...]
