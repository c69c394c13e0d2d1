"""What the HTTP API takes and gives, as OpenAPI describes it.

What it takes is checked here for shape and size; whether a question can be asked, `qa` decides.
What it gives may have more members than are named here.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from index.library.documents import FILTERS
from qa import MAX_QUESTION

Text = Annotated[str, Field(max_length=MAX_QUESTION)]


Pair = Annotated[list[str | int], Field(min_length=2, max_length=2)]


class Said(BaseModel):
    """One turn of a conversation."""

    model_config = ConfigDict(extra="forbid")
    role: Literal["user", "assistant"]
    content: Annotated[str, Field(max_length=100_000)]


class Question(BaseModel):
    """A question. `history` is what was said before, oldest first; the content of an answer is its
    text. `filters` may name author, publisher (a part of the name), document (its id, or a part of
    its title), published_from and published_to (YYYY, YYYY-MM or YYYY-MM-DD)."""

    model_config = ConfigDict(extra="forbid")
    question: Annotated[str, Field(min_length=1, max_length=MAX_QUESTION)]
    history: Annotated[list[Said], Field(max_length=200)] | None = None
    filters: (
        Annotated[
            dict[str, Text], Field(json_schema_extra={"propertyNames": {"enum": list(FILTERS)}})
        ]
        | None
    ) = None

    @property
    def turns(self) -> list[dict[str, str]]:
        return [{"role": said.role, "content": said.content} for said in self.history or []]


class Search(Question):
    """A question, and how many passages are wanted."""

    k: Annotated[int, Field(ge=1, le=40)] = 8


class Address(BaseModel):
    """A web address to fetch."""

    model_config = ConfigDict(extra="forbid")
    url: Annotated[str, Field(min_length=8, max_length=2000, pattern=r"^[hH][tT][tT][pP][sS]?://")]


class Problem(BaseModel):
    """What is wrong (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str


class _Given(BaseModel):
    model_config = ConfigDict(extra="allow")


class DocumentName(_Given):
    """Which document, without its text."""

    id: str
    path: str
    title: str
    author: str
    publisher: str
    published: str
    url: str
    sha256: str


class Citation(_Given):
    """A place that an answer quotes: the document's characters start to end are the quote."""

    number: int
    document: DocumentName
    start: int
    end: int
    quote: str


class Hit(_Given):
    """A passage that was found; `score` is in [0, 1]."""

    document: DocumentName
    start: int
    end: int
    text: str
    score: float


class Answer(_Given):
    """An answer, or an honest no: `answered` false, no citations, and the nearest passages.

    `kind` is sentences, works (all that discuss something), none, or talk (a reply to what is no
    question); `confidence` is the estimated probability, 0 to 1, that the sources answer."""

    question: str
    answered: bool
    kind: Literal["sentences", "works", "none", "talk"]
    confidence: float
    text: str
    citations: list[Citation]
    hits: list[Hit]


class Entry(_Given):
    """A document in a list; `link` opens its text in the chat's page."""

    id: str
    path: str
    title: str
    author: str
    publisher: str
    published: str
    url: str
    note: str
    failure: str
    passages: int
    link: str


class Documents(BaseModel):
    """A page of the documents, and how many there are in all."""

    total: int
    documents: list[Entry]


class Overview(BaseModel):
    """Documents by year and by publisher ("" where it is unknown); what could not be read."""

    documents: int
    passages: int
    years: list[Pair]
    publishers: list[Pair]
    failed: list[Pair]
    failed_count: int


class Status(_Given):
    """What the index holds."""

    documents: int
    passages: int
    generation: int
    model: str
    passage_tokens: int
    size: int
    built: float
    failed: list[Pair]
    noted: list[Pair]


class Build(BaseModel):
    """A build: how far it is, or what the last one did. `count` is how many have ended."""

    running: bool
    stage: str
    done: int
    total: int
    began: float
    ended: float
    report: dict[str, Any] | None
    error: str
    count: int


class Added(BaseModel):
    """Where a source was put; `notes` says what its reader had to say."""

    path: str
    notes: list[str]


class Session(BaseModel):
    """Who asks (null without accounts), and whether they may change nothing."""

    user: str | None
    read_only: bool
