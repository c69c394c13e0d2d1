"""Questions about works as a whole: which of them discuss something, how many, whose.

Such a question is told by how it is built, around a noun for a work ("documents", "commentaries")
or for a place in one ("mentions", "references"). One about a thing in a text is none: "which
articles of the treaty", "which countries discuss", "list the reasons".
"""

import re
from collections.abc import Sequence
from functools import cache

from qa.acronyms import CAPITALS
from qa.words import FUNCTION_WORDS

WORKS = (
    r"(?:commentaries|articles|pieces|reports|papers|documents|texts|essays|digests|sources"
    r"|analyses|posts|briefs|op-eds|works|publications|files|write-ups)"
)
WORK = (
    r"(?:commentary|article|piece|report|paper|document|text|essay|digest|source|analysis|post"
    r"|brief|op-ed|publication|file)"
)
AUTHORS = r"(?:authors?|commentators?|contributors?|columnists?)"
_PLACES = r"(?:mentions|references|places|passages|sentences|quotes|quotations|occurrences)"
# What a work does for or against its topic: words do not tell whether it does.
_STANCE = (
    r"(?:criti[cq](?:i[sz]es?|i[sz]ed|ues?|ued)|(?:are|is|were|was) (?:against|in favou?r of"
    r"|critical of|opposed to|sk?ceptical (?:of|about)|supportive of)"
    r"|oppos(?:es?|ed)|support(?:s|ed)?|defend(?:s|ed)?|(?:dis)?agree(?:s|d)? with"
    r"|(?:dis)?agree(?:s|d)? (?:that|about|on)|favou?r(?:s|ed)?|endors(?:es?|ed)|welcom(?:es?|ed)"
    r"|reject(?:s|ed)?|condemn(?:s|ed)?|prais(?:es?|ed)|attack(?:s|ed)?|challeng(?:es?|ed)"
    r"|disput(?:es?|ed)|justif(?:y|ies|ied)|(?:dis)?approv(?:es?|ed) of|advocat(?:es?|ed)"
    r"|recommend(?:s|ed)?|call(?:s|ed)? for|doubt(?:s|ed)?|tak(?:es?) issue with"
    r"|argu(?:es?|ed|ing)(?: that| for| against)?)"
)
# What a work does with its topic, as "documents" or "which document" goes on.
_ABOUT = (
    r"(?:(?:that |which |who )?(?:(?:have |has |do |does |also |even |actually |explicitly "
    r"|say anything |says anything |said anything |speak |speaks |spoke |talk |talks |talked "
    r"|write |writes |wrote |written |are |is |is all |are all |were |was |being |published )*"
    r"(?:about|on the (?:topic|subject|issue) of)"
    r"|(?:have |has |do |does |also |even |actually |explicitly )*"
    r"(?:discuss(?:es|ed|ing)?|mention(?:s|ed|ing)?|address(?:es|ed|ing)?|cover(?:s|ed|ing)?"
    r"|deal(?:s|t|ing)? with|refer(?:s|red|ring)? to|touch(?:es|ed|ing)? (?:up)?on"
    r"|focus(?:es|ed|ing)? on|analy[sz](?:es?|ed|ing)|examin(?:es?|ed|ing)"
    r"|explor(?:es?|ed|ing)|cit(?:es?|ed|ing)|comment(?:s|ed|ing)? (?:up)?on"
    rf"|{_STANCE}"
    r"|(?:bring|brings|brought) up|contain(?:s|ed|ing)?(?: the word)?"
    r"|(?:make|makes|made) (?:any )?mention of|tak(?:es?|ing) up"
    r"|(?:have|has|had) (?:something|anything) to say (?:about|on))))"
)
OURS = (
    r"(?:in|among|within|across|throughout|from) (?:(?:all|any|each|every) (?:of )?)?"
    rf"(?:the |my |our |your |these |this |those )?(?:whole |entire )?(?:library|collection|archive"
    rf"|corpus|index|{WORKS})"
)
SOME = r"(?:(?:all|any|some|most|each|every) )?(?:of )?(?:the |these |those |my |our |your )?"
START = r"\A\W*(?:and |but |so |please |also |now |then |(?:can|could) you (?:please )?)*"
_TOPIC = r"(?P<topic>\S.*)"
LIST = (
    r"(?:list|show|find|give|name|get|count|enumerate|tell|return|display|collect)"
    r"(?: me| us)?(?: up)?"
)

# Words of which every such question has one, so that few are held against all that follows.
_GATE = re.compile(
    rf"\b(?:{WORKS}|{WORK}|{AUTHORS}|{_PLACES}|library|anything|something)\b|mention|discuss|address"
    r"|cover|refer|brought up|writ|wrote here|comments on",
    re.IGNORECASE,
)
_QUESTIONS = (
    # which commentaries discuss X, in which documents is X mentioned, how many are about X
    rf"(?:which|what|how many) (?:of )?(?:the |these |those |my |our |your )?(?:other )?"
    rf"(?:{WORKS}|{WORK})(?: {OURS})? {_ABOUT} {_TOPIC}",
    rf"(?:in )?(?:which|what|how many) (?:of )?(?:the |these |those |my |our |your )?"
    rf"(?:{WORKS}|{WORK}) (?:is|are|was|were|does|do) {_TOPIC} "
    r"(?:mentioned|discussed|addressed|covered|referred to|cited|come up|appear)\W*\Z",
    rf"how many (?:of )?(?:the |my |our )?{WORKS} (?:are there|do (?:we|you|i) have"
    rf"|(?:are|exist) {OURS}) (?:{_ABOUT}|on) {_TOPIC}",
    rf"(?:which|what) {WORKS} (?:are there|do (?:we|you|i) have|are) (?:{_ABOUT}|on) {_TOPIC}",
    # does any document mention X, are there articles about X
    rf"(?:does|do|did|is|are|has|have) (?:any|some|one)(?: of)?(?: the| these| my| our)?"
    rf"(?: other)? (?:{WORKS}|{WORK}|{AUTHORS})(?: {OURS})? {_ABOUT} {_TOPIC}",
    rf"(?:does|do|did|has|have) any(?:one|body) (?:else )?(?:mention(?:ed)?|discuss(?:ed)?"
    rf"|writ(?:e|ten) about) {_TOPIC}",
    rf"(?:is|are) there (?:(?:any|some|a|other|more) )*(?:{WORKS}|{WORK}|{_PLACES}|mention"
    rf"|anything|something)(?: {OURS})? (?:{_ABOUT}|on|of|to) {_TOPIC}",
    rf"is {_TOPIC} (?:mentioned|discussed|addressed|covered) (?:anywhere|at all|{OURS})\W*\Z",
    # list all mentions of X, list the documents about X
    rf"{LIST} {SOME}(?:other )?(?:{_PLACES}|mention|reference)(?: {OURS})?"
    rf" (?:of|to|about|on|{_ABOUT}) {_TOPIC}",
    rf"{LIST} {SOME}(?:other )?(?:{WORKS}|{AUTHORS})(?: {OURS})? (?:{_ABOUT}|on) {_TOPIC}",
    rf"{LIST} (?:each|every|any) (?:{WORK})(?: {OURS})? (?:{_ABOUT}|on) {_TOPIC}",
    rf"{LIST} (?:everywhere|wherever|every place|all places) (?:where |that )?{_TOPIC} "
    r"(?:is|are|was|were) (?:mentioned|discussed)\W*\Z",
    rf"(?:all )?(?:mentions|references) (?:of|to) {_TOPIC}",
    rf"(?:all )?(?:the )?{WORKS} {_ABOUT} {_TOPIC}",
    # where is X mentioned, how often
    r"(?:where|how often|how many times) (?:else )?(?:is|are|was|were) (?P<topic>\S.*?)"
    rf" (?:mentioned|discussed|referred to|brought up)(?: {OURS}| altogether| overall)?\W*\Z",
    rf"(?:where|how often|how many times) do(?:es)? (?:the |these |my |our )?"
    rf"(?:{WORKS}|library) {_ABOUT} {_TOPIC}",
    # who writes about X, which authors argue that X
    r"who (?:else )?(?:writes|has written|have written|is writing|wrote here) about "
    rf"{_TOPIC}",
    rf"who (?:else )?(?:mentions|discusses|comments on) {_TOPIC}",
    rf"(?:which|what|how many) (?:of )?(?:the |these |my |our )?{AUTHORS}(?: {OURS})? "
    rf"{_ABOUT} {_TOPIC}",
)
# How such a question asks for what does not mention it -> how it would ask for what does.
_WITHOUT = (
    (r"\b(do|does|did|have|has|are|is)(?: not|n['’]t)(?: yet| ever)?\b", r"\1"),
    (r"\bnever (?=\w+)", ""),
    (r"\b(?:make|makes|made) no (?:mention of|reference to)\b", "mention"),
    (r"\b(?:say|says|said) nothing (?:about|on)\b", "mention"),
    (r"\b(?:fail|fails|failed) to (?=\w+)", ""),
    (r"\bwithout (?:any )?(?:mention of|mentioning|references? to|mentions? of)\b", "mentioning"),
)
_WITHOUTS = tuple((re.compile(found, re.IGNORECASE), put) for found, put in _WITHOUT)
_STANDS = re.compile(rf"\b{_STANCE} ?\Z", re.IGNORECASE)
# "Which texts mention X" in other languages; an article before X names nothing.
_ELSEWHERE = tuple(
    rf"\W*{pattern} {_TOPIC}"
    for pattern in (
        r"(?:welche|wie viele) (?:der |meiner |unserer )?(?:texte|artikel|kommentare|dokumente"
        r"|berichte|beiträge|aufsätze|quellen|texten|artikeln|kommentaren|dokumenten|berichten) "
        r"(?:erwähnen|nennen|behandeln|besprechen|diskutieren|zitieren|handeln von|sprechen von"
        r"|(?:sprechen|schreiben) über|befassen sich mit)(?: (?:der|die|das|den|dem|eine?|einen))?",
        r"(?:quels|quelles|combien de|combien d['’]) ?(?:textes|articles|documents|commentaires"
        r"|rapports|sources) (?:mentionnent|évoquent|citent|traitent|abordent|parlent|discutent)"
        r"(?: (?:de la|du|des|de|le|la|les|l['’]|d['’]))?",
        r"¿?(?:qué|que|cuáles|cuántos|cuántas) (?:de los )?(?:textos|documentos|artículos"
        r"|comentarios|informes|fuentes) (?:mencionan|citan|tratan|hablan|abordan|discuten)"
        r"(?: (?:sobre|de|del|a))?(?: (?:el|la|los|las))?",
        r"(?:quali|quanti|quante) (?:dei )?(?:testi|documenti|articoli|commenti|rapporti|fonti) "
        r"(?:menzionano|citano|nominano|trattano|parlano|discutono)"
        r"(?: (?:di|del|della|dei|delle|il|la|lo|i|gli|le))?",
        r"(?:welke|hoeveel) (?:van de )?(?:teksten|documenten|artikelen|commentaren|rapporten"
        r"|bronnen) (?:noemen|vermelden|bespreken|citeren|gaan over|schrijven over)"
        r"(?: (?:de|het|een))?",
        r"(?:que|quais|quantos|quantas) (?:dos )?(?:textos|documentos|artigos|comentários"
        r"|relatórios|fontes) (?:mencionam|citam|tratam|falam|abordam|discutem)"
        r"(?: (?:sobre|de|do|da|dos|das|o|a|os|as))?",
    )
)
_BY_AUTHOR = re.compile(
    rf"{START}(?:who\b|(?:which|what|how many) (?:of )?(?:the |these |my |our )?{AUTHORS}\b"
    rf"|{LIST} {SOME}(?:other )?{AUTHORS}\b)",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"\A(?:(?:that|how|why|whether|the (?:topic|subject|issue|question|theme|idea|notion|word"
    r"|name|term) (?:of )?|(?:the|a|an)) ?)+(?=\s*\S)\b",
    re.IGNORECASE,
)
_POINTS = re.compile(
    r"\b(?:it|him|her|he|she|them|they|this|that|these|those|one|both)\b", re.IGNORECASE
)
_TAIL = re.compile(rf"(?:[,;]? (?:{OURS}|please|at all|anywhere|too|as well))+\Z", re.IGNORECASE)


def discussed(question: str, names: Sequence[str] = ()) -> str | None:
    """What a question asks after when it asks which works discuss it, how many, or where; None for
    any other question. Such questions are told in English, and the plainest of them in German,
    French, Spanish, Italian, Dutch and Portuguese. Where it only points at something ("which
    documents mention it?") that is all of `names`, and None without them."""
    match, _ = _matched(question)
    if match is None:
        return None
    topic = match["topic"].strip(" ?!.,;:¿")
    topic = _TAIL.sub("", topic).strip(" ?!.,;:")
    if _names_something(topic):
        return topic
    return " and ".join(names) if names and _POINTS.search(topic) else None


def asks_without(question: str) -> bool:
    """Whether such a question asks for the works that do not mention it."""
    return _matched(question)[1]


def stance(question: str) -> str:
    """What such a question says that the works do for or against it ("criticise"), or ""."""
    match, _ = _matched(question)
    taken = _STANDS.search(match.string[: match.start("topic")]) if match else None
    return taken[0].strip() if taken else ""


def _matched(question: str) -> tuple[re.Match[str] | None, bool]:
    """How a question after works is built, and whether it asks for those without its topic."""
    question = " ".join(question.split())
    if match := _first(question):
        return match, False
    for without, put in _WITHOUTS:
        negation = without.search(question)
        if negation:
            turned = without.sub(put, question, count=1)
            matches = (pattern.match(turned) for pattern in _patterns() if _GATE.search(turned))
            for match in filter(None, matches):
                if match.start("topic") >= negation.start():
                    return match, True
    return None, False


def _first(question: str) -> re.Match[str] | None:
    """How a question after works is built, in any of the languages."""
    patterns = (*(_patterns() if _GATE.search(question) else ()), *_patterns_elsewhere())
    return next(filter(None, (pattern.match(question) for pattern in patterns)), None)


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    """Compiled when they are first needed, which takes longer than most questions."""
    return tuple(re.compile(START + one, re.IGNORECASE | re.DOTALL) for one in _QUESTIONS)


@cache
def _patterns_elsewhere() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(one, re.IGNORECASE | re.DOTALL) for one in _ELSEWHERE)


def asks_for_authors(question: str) -> bool:
    """Whether such a question asks who writes about something."""
    return bool(_BY_AUTHOR.match(" ".join(question.split())))


def plain(topic: str) -> str:
    """The topic without what leads up to it: an article, "the topic of", "that"."""
    return _LEAD.sub("", topic) or topic


def _names_something(topic: str) -> bool:
    found = re.findall(r"\w+", topic)
    return any(word in CAPITALS or word.lower() not in FUNCTION_WORDS for word in found)
