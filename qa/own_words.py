"""What an author says: from that author's documents, or that these do not say it."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from index.terms import terms
from qa.answer import quoting
from qa.cite import Place
from qa.compared import asks_whether
from qa.records import Answer, Hit
from qa.saying import VIEW
from qa.speakers import Speaker, bare
from qa.summary import Summary, answer_with

TOLD = 0.85  # how sure an answer is that an author's own "I was wrong" gives
_TO_BE_READ = 0.5  # how sure an answer is at most that does not tell a stance


def in_own_words(
    question: str,
    by: Speaker,
    answers: Sequence[Answer],
    summary: Callable[[], Summary | None],
    others: Callable[[], Answer],
    of_it: Callable[[], Answer],
) -> Answer:
    """The best of the answers that the author's own documents give; where these do not answer, a
    summary of them if nothing in particular is asked, what `others`, all the documents, say of it
    by the author's name, where a stance is taken for granted what the author's own say `of_it`, or
    that nothing does."""
    documents = by.documents
    best = max(answers, key=lambda answer: answer.confidence)
    if best.answered:
        meant = f"{question.strip()} (in {documents})"
        return replace(best, question=question, understood=meant)
    # A summary is no answer to "Does Okafor argue so?".
    if by.asks_for_all and not asks_whether(question) and (short := summary()):
        return answer_with(short, question, best.hits)
    other = others()
    places = [
        (c.document, c.start, c.end) for c in other.citations if _reports(c.quote, by, question)
    ]
    if places:
        meant = f"{question.strip()} (as others report it; {documents} do not answer)"
        return quoting(question, other.confidence, places, other.hits, meant)
    if by.about and (said_of_it := of_it()).answered:
        asked = by.about.replace(" one ", f" {by.called} ", 1)
        meant = f"{asked} (in {documents}; whether it is for or against has to be read)"
        sure = min(_TO_BE_READ, said_of_it.confidence)
        return replace(said_of_it, question=question, confidence=sure, understood=meant)
    said = f"The {documents} do not answer this question."
    return replace(best, question=question, text=said, understood="")


def in_turn(question: str, by: Speaker, places: Sequence[Place], hits: Sequence[Hit]) -> Answer:
    """The answer to how an author's mind changed, which these places tell, with their dates."""
    dates = dict.fromkeys(document.published for document, *_ in places if document.published)
    meant = f"{question.strip()} (in {by.documents}{', of ' if dates else ''}{', '.join(dates)})"
    return quoting(question, TOLD, places, tuple(hits), meant)


def together(question: str, each: Sequence[tuple[Speaker, Answer]]) -> Answer:
    """One answer of what several authors say, in their order; those who do not are named."""
    saying = [(by, answer) for by, answer in each if answer.answered]
    others = " and ".join(by.name for by, answer in each if not answer.answered)
    credit = each[0][0].credit  # one of all
    if not saying:
        said = f"The documents {credit} {others} do not answer this question."
        return replace(each[0][1], question=question, text=said)
    meant = f"{question.strip()} (in documents {credit} {' and '.join(by.name for by, _ in saying)}"
    meant += f"; those {credit} {others} do not answer)" if others else ")"
    # What they wrote together each of them says.
    places = list(
        dict.fromkeys(
            (c.document, c.start, c.end) for _, answer in saying for c in answer.citations
        )
    )
    sure = min(answer.confidence for _, answer in saying)
    hits = dict.fromkeys(hit for _, answer in saying for hit in answer.hits)
    best = sorted(hits, key=lambda hit: -hit.score)
    return quoting(question, sure, places, tuple(best), meant)


def _reports(quote: str, by: Speaker, question: str) -> bool:
    """Whether a sentence names the author and something of what they are asked about, or, where a
    view or a figure of theirs is asked for, one of these."""
    is_named = set(terms(bare(quote))) >= set(terms(bare(by.family)))
    theirs = re.compile(
        rf"{re.escape(by.family)}['’]s? (?:[\w-]+ )?(?:{VIEW}|figures?|numbers?)\b", re.IGNORECASE
    )
    is_theirs = bool(theirs.search(quote) and theirs.search(question))
    return is_named and (is_theirs or bool(set(terms(quote)) & by.topic))
