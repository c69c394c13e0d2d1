"""Whose words a question asks for: "What does Mira Okafor think about the ferries?" is to be
answered by what she wrote.

Such a question is told by how it is built around the name of an author of the library, or else of a
publisher. One that only names a person ("What did Mira Okafor found?") asks for anything that is
said of them.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from index.terms import terms
from qa.facets import Facets
from qa.names import Name, names
from qa.topics import WORK, WORKS
from qa.words import FUNCTION_WORDS, NUMBERS, ORDINALS, SHELL_NOUNS

_OWN = r"(?:['’]s|(?<=s)['’])"
_ASKS = r"(?:does|do|did|has|have|had|would|will|can|could|might|should)"
_BETWEEN = r"(?: (?:really|actually|also|then|himself|herself|themselves|ever|not|have)){0,3}"
# What is done with words. "Find" and "want" are not among them: people do that in the world.
_SAYS = (
    r"(?:say|said|saying|think|thought|thinking|argue|arguing|claim|claiming|write|written"
    r"|believe|conclude|recommend|propose|suggest|maintain|explain|describe|consider|regard"
    r"|predict|expect|warn|advise|advocate|assert|insist|hold|stress|emphasi[sz]e|call|comment"
    r"|remark|note|mention|discuss|address|assess|judge|interpret|portray|characteri[sz]e"
    r"|make of|feel|prefer|favou?r|endorse|agree|disagree|critici[sz]e|object|doubt|blame|praise"
    r"|defend|justify|justifie|reject|condemn|welcome|report|state|cite|support|oppose|view|see"
    r"|mean|urge|demand|ask(?:ed)? for)(?:d|ed)?"
)
# What is just being said; "is criticised" is what others do.
_IS_SAYING = (
    r"(?:is|was|has|have|had) (@)(?: been)?(?: really| actually| also| then)? (?:saying"
    r"|thinking|arguing|claiming|writing|proposing|suggesting|recommending|warning|predicting)"
)
# What is done for or against something; words do not tell whether it is.
_STANCE = (
    r"(?:criticis|criticiz|oppos|support|defend|justify|justifi|prais|blam|endors|favou?r|object"
    r"|doubt|agre|disagre|prefer|reject|condemn|welcom)(?:e|ed)?"
)
# Of these, what says no more than that words are asked for.
_MERELY = (
    r"(?:say|said|saying|think|thought|thinking|argue|arguing|claim|claiming|write|written|believe"
    r"|maintain|assert|insist|comment|remark|note|mention|discuss|state|report|feel)(?:d|ed)?"
)
_VIEW = (
    r"(?:views?|opinions?|positions?|stances?|arguments?|criticisms?|critique|takes?|case"
    r"|recommendations?|conclusions?|claims?|thesis|theses|reasons|reasoning|assessments?|analysis"
    r"|advice|proposals?|suggestions?|explanations?|perspectives?|thoughts|beliefs?|point of view"
    r"|standpoint|main points?|interpretation|account|attitude|verdict|warnings?|predictions?"
    r"|objections?|conditions?|demands?|requests?|lessons?|priorities|criteria|remed(?:y|ies))"
)
# What somebody says, by its number: "her three steps", "his second point".
_COUNTED = (
    rf"(?:(?:{'|'.join(NUMBERS)})(?: \w+)? {SHELL_NOUNS}"
    rf"|(?:{'|'.join(ORDINALS)})(?: \w+)? "
    r"(?:argument|change|claim|point|step|question|reason|idea|rule|measure|test|thing))"
)
_OF_WORKS = rf"(?:{WORKS}|{WORK}|writings?)"
_LONGEST = 10  # words of a name
# Letters with a stroke have no accent that Unicode could take off; an apostrophe may be curly.
_STROKES = str.maketrans("łøđħŧ’", "lodht'")
NAME = "\0"  # where the name stood
TITLE = r"(?:(?:Dr|Prof|Professor|Mr|Mrs|Ms|Sir|Dame|Lord)\.? )*"
# Each with what stands in place of its first group when the author's documents are asked: a text
# may speak of its author, but mostly the question is best put as if of anybody.
_AUTHOR, _ON = "the author", "What does the author say about"
_SPLIT = r"(?:(?:dis)?agree|differ|contradict)"
_JOINED = re.compile(rf"(?:,|,? (?:and|or|&|versus|vs\.?)) {TITLE}", re.IGNORECASE)
_ASKED = tuple(
    (re.compile(pattern.replace("@", TITLE + NAME), re.IGNORECASE), instead)
    for pattern, instead in (
        (
            rf"\A\W*((?:(?:how|where) )?(?:do|does|did) @ {_SPLIT}(?: with)?(?: each other"
            r"| one another)?(?: (?:about|on|over|that|whether|in their views? (?:of|on)))?)",
            _ON,
        ),
        (r"\A\W*((?:compare|contrast) @ (?:on|about))\b", _ON),
        (rf"\b{_ASKS} (@{_BETWEEN} {_MERELY})\b", f"{_AUTHOR} say"),
        (rf"\b{_ASKS} (@){_BETWEEN} {_SAYS}\b", _AUTHOR),
        (rf"\b{_IS_SAYING}\b", _AUTHOR),
        (
            rf"\b(?:is|are|was|were)\b(?: .{{1,120}}?)? {_SAYS} (by @)"
            r"(?=\W*$| (?:in|for|as|about|on)\b)",
            "",
        ),
        (
            r"\b(?:is|was) (@) (?:\w+ ){0,2}(?:in favou?r|against|opposed|critical|sk?ceptical"
            r"|optimistic|pessimistic|worried|concerned|convinced|of the opinion)\b",
            _AUTHOR,
        ),
        (rf"\baccording to (@) (?:{_ASKS}|wh\w+|how)\b", _AUTHOR),
        (r"((?:\A\W*|,? )according to @,?)", ""),
        (rf"(@{_OWN}) (?:\w+ ){{0,2}}?{_VIEW}\b", f"{_AUTHOR}’s"),
        (rf"\b{_VIEW} ((?:of|by|from|held by) @)(?= (?:on|of|about|for|why|that)\b|\W*$)", ""),
        (rf"(@{_OWN}) {_COUNTED}\b", f"{_AUTHOR}’s"),
        (rf"\b(?:what|which) (?:\w+ ){{0,2}}?{SHELL_NOUNS} (?:do|does|did|has|have) (@)", _AUTHOR),
        (r"\A\W*what (?:else )?(?:do|does) (@) want\b(?! from)", _AUTHOR),
        (rf"(@{_OWN}) (?:\w+ ){{0,2}}?{_OF_WORKS}\b", "the"),
        (rf"\b{_OF_WORKS} ((?:written )?by @)(?!{_OWN})", ""),
        (rf"\bin (@{_OWN}) (?:eyes|mind|words|view|opinion)\b", f"{_AUTHOR}’s"),
    )
)
_OF_ANYBODY = {
    _AUTHOR: "one",
    f"{_AUTHOR} say": "one say",
    f"{_AUTHOR}’s": "the",
    _ON: "What does one say about",
}
# The same around whatever may be a name, so that few questions need to look at the authors.
_GATES = tuple(
    re.compile(pattern.pattern.replace(NAME, r"\w[\w.,'’ -]{0,100}?"), re.IGNORECASE)
    for pattern, _ in _ASKED
)
_TAKES = tuple(
    re.compile(rf"\A\W*(?:(?:and|but|so|why|how|on what grounds) )*{pattern}\W*\Z", re.IGNORECASE)
    for pattern in (
        rf"{_ASKS} {TITLE}{NAME}{_BETWEEN} {_STANCE}(?: (?:to|with|of))? (?P<topic>.+?)",
        rf"(?:is|are|was|were) (?P<topic>.+) {_STANCE} by {TITLE}{NAME}",
    )
)
# What asks for an author's words and for nothing in particular.
_NO_TOPIC = re.compile(
    rf"(?:say|think|argue|write|written|claim|believe|views?|opinions?|positions?|stances?|thesis"
    r"|arguments?|case|main|key|central|points?|ideas?|messages?|short|brief(?:ly)?|author|outline"
    rf"|summari[sz]e|summary|sum|overview|contents?|{_OF_WORKS})",
    re.IGNORECASE,
)
_SAYING = re.compile(rf"(?:{_SAYS}|{_VIEW}|{_OF_WORKS}|author)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Speaker:
    """An author or a publisher whose words are asked for: `name` as the filter `field` takes it,
    `family` is what of the name others call them by, `called` what the question does, and
    `questions` what their own documents are asked, which name them seldom: each may find the
    answer. `about` is what they are asked besides where the question takes a stance for granted, ""
    elsewhere; `when` is the time of the documents, where not all are asked."""

    name: str
    family: str
    called: str
    questions: tuple[str, ...]
    about: str = ""
    field: Literal["author", "publisher"] = "author"
    when: str = ""

    @property
    def documents(self) -> str:
        """The documents that are asked, as an answer speaks of them."""
        return f"documents {self.credit} {self.name}" + (f", {self.when}" if self.when else "")

    @property
    def credit(self) -> str:
        """What stands before the name where documents are said to be theirs."""
        return "published by" if self.field == "publisher" else "by"

    @property
    def asks_for_all(self) -> bool:
        """Whether nothing in particular is asked for: "What does she argue?", a summary."""
        return all(_NO_TOPIC.fullmatch(word) for word in _naming(self.questions[0]))

    @property
    def topic(self) -> frozenset[str]:
        """The terms of what the author is asked about."""
        return frozenset(terms(" ".join(subjects(self.questions[0]))))


def speakers(question: str, present: Callable[[], Facets]) -> list[Speaker]:
    """The authors whose words a question asks for, in its order, or else the publishers; [] where
    it asks for nobody's, or for those of somebody who is none of these that are present (which is
    looked at where need be)."""
    question = " ".join(question.split())
    if not any(gate.search(question) for gate in _GATES):
        return []
    there = present()
    authors = groups(question, [author for author, _ in there.authors])
    if found := next((by for group in authors if (by := _asked_of(question, group))), None):
        return found
    publishers = groups(question, [publisher for publisher, _ in there.publishers], _whole)
    found = next((by for group in publishers if (by := _asked_of(question, group))), [])
    return [replace(by, field="publisher", family=by.called) for by in found]


def _asked_of(question: str, group: Sequence[tuple[int, int, str]]) -> list[Speaker]:
    """Those of whom a question asks what they say, of names that are joined in it; [] or all."""
    put = f"{question[: group[0][0]]}{NAME}{question[group[-1][1] :]}"
    for pattern, instead in _ASKED:
        match = pattern.search(put)
        if match:
            head, tail = put[: match.start(1)], put[match.end(1) :]
            ways = (instead, _OF_ANYBODY.get(instead, instead))
            asked = tuple(dict.fromkeys(_tidy(f"{head}{way}{tail}") for way in ways))
            takes = next((taken for one in _TAKES if (taken := one.match(put))), None)
            about = f"What does one say about {takes['topic']}?" if takes else ""
            called = [(name, question[start:end]) for start, end, name in group]
            return [Speaker(name, _family(one, name), one, asked, about) for name, one in called]
    return []


def subjects(question: str) -> list[str]:
    """The words that name something in a question for somebody's words, but that they are said."""
    return [word for word in _naming(question) if not _SAYING.fullmatch(word)]


def groups(
    question: str, authors: Sequence[str], read: Callable[[str], list[Name]] = names
) -> list[list[tuple[int, int, str]]]:
    """The names of authors in a question, those together that are joined ("A, B and C")."""
    groups: list[list[tuple[int, int, str]]] = []
    for one in named(question, authors, read):
        if groups and _JOINED.fullmatch(question[groups[-1][-1][1] : one[0]]):
            groups[-1].append(one)
        else:
            groups.append([one])
    return groups


def named(
    question: str, authors: Sequence[str], read: Callable[[str], list[Name]] = names
) -> Iterator[tuple[int, int, str]]:
    """Where a text names some of these authors (lines that may name several, which `read` reads),
    and each as the filter of authors takes it. A name of one word has a capital and is a family
    name, or all of an institution's."""
    spans = [match.span() for match in re.finditer(r"[\w-]+(?:['’](?!s\b)\w+)*\.?", question)]
    words = {_plain(question[start:end]) for start, end in spans}
    among = [(author, read(author)) for author in authors if any(w in bare(author) for w in words)]
    at = 0
    while among and at < len(spans):
        for last in range(min(at + _LONGEST, len(spans)), at, -1):
            start, end = spans[at][0], spans[last - 1][1]
            end -= question[start:end].endswith(".")
            said = _words(question[start:end])
            if not said or (len(said) == 1 and not question[start].isupper()):
                continue
            found = [a for a, people in among if any(_means(said, one) for one in people)]
            if found:
                yield start, end, _filter(question[start:end], said, found)
                at = last - 1
                break
        at += 1


def _family(called: str, name: str) -> str:
    """What of a name is never left out: of an institution's all of it."""
    is_whole = any("literal" in one for one in names(name))
    return called if is_whole else _words(called)[-1]


def _whole(publisher: str) -> list[Name]:
    """A publisher's name, of which nothing may be left out."""
    return [{"literal": publisher}]


def _naming(question: str) -> list[str]:
    words = re.findall(r"[^\W_]+", question)
    return [word for word in words if word.lower() not in FUNCTION_WORDS]


def _tidy(question: str) -> str:
    rest = re.sub(r" +(?=[ ?.!,]|$)|^[ ,;:]+", "", question)
    return rest[:1].upper() + rest[1:]


def _filter(name: str, said: Sequence[str], found: Sequence[str]) -> str:
    """What the filter of authors takes for a name that these authors have: of several it is the
    name, as it stands in a question or, with its accents, in one of their lines."""
    if len(found) == 1:
        return found[0]
    lines = [author.split() for author in found]
    runs = (words[at : at + len(said)] for words in lines for at in range(len(words)))
    written = (" ".join(run).strip(" ,;") for run in runs if _words(" ".join(run)) == list(said))
    there = [author.casefold() for author in found]
    given = (one for one in (name, *written) if any(one.casefold() in author for author in there))
    return next(given, found[0])


def _means(said: Sequence[str], person: dict[str, str]) -> bool:
    """Whether these words are the name of a person or an institution; given names may be left
    out or be initials."""
    family, given = _words(person.get("family", "")), _words(person.get("given", ""))
    if not family:
        return list(said) == _words(person.get("literal", ""))
    return said[-1] == family[-1] and all(
        word in family or any(word in (one, one[0]) for one in given) for word in said[:-1]
    )


def _words(name: str) -> list[str]:
    words = [plain for word in name.split() if (plain := _plain(word))]
    return words[1:] if len(words) > 1 and words[0] == "the" else words


def _plain(word: str) -> str:
    return re.sub(r"\A\W+|\W+\Z", "", bare(word))


def bare(text: str) -> str:
    """A text without capitals, accents and curly apostrophes: names are often asked for without
    theirs."""
    apart = unicodedata.normalize("NFKD", text.casefold().translate(_STROKES))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))
