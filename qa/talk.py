"""What is no question for the sources: a greeting, thanks, a question about this assistant, an
order. Each gets a reply that fits and cites nothing."""

import re

GREETING = (
    "Hello. Ask a question, and sentences of the sources will answer it, each with its place."
)
THANKS = "You are welcome. Ask on, if you like."
FAREWELL = "Goodbye. The sources stay where they are."
ABOUT = (
    "This assistant answers questions from the texts in its library, and only from them: every "
    "sentence of an answer stands in a source, at the place that is cited. Where the sources do "
    "not answer, it says so. It runs on this machine and asks nobody else."
)
ORDER = (
    "That is an order, not a question about the sources. This assistant quotes what the sources "
    "say and does nothing else; there are no instructions that a question could change."
)
WRITING = (
    "This assistant writes nothing of its own: it quotes the sources. Ask what they say about it."
)

_FILLER = (
    r"(?:there|everyone|everybody|all|again|assistant|bot|friend|dear|you|so much|very much|a lot|"
    r"for (?:that|this|your (?:quick )?(?:help|answer)|the (?:quick )?(?:help|answer|information)))"
)
# Talk about the answer, in any order: "OK, that is helpful. Thanks!"
_PAUSE = r"[\s,;.!–-]+"
_PRAISE = (
    r"(?:ok(?:ay)?|great|good to know|i see|got it|perfect|nice|cool|good|very good|fine|excellent|"
    r"wonderful)"
)
_THANKS = rf"(?:thanks?|thank you|many thanks|thx|cheers)(?:[\s,]+{_FILLER})*"
_HELPED = (
    r"(?:(?:that|this|it)(?:['’]s| is| was)(?: (?:very|really|quite|most|so|exactly|just))*"
    r" (?:helpful|useful|great|good|perfect|interesting|clear|what i (?:needed|wanted|was looking "
    r"for))"
    r"|(?:that|this|it) (?:really )?(?:helps|helped)(?: (?:me|a lot|very much))*"
    r"|(?:that|this) (?:answers|answered) (?:my|the) question)"
)
_REPLIES = (
    (
        GREETING,
        r"(?:hi|hello|hey|hiya|greetings|good (?:morning|afternoon|evening|day))"
        rf"(?:[\s,]+{_FILLER})*",
    ),
    (GREETING, r"(?:how are you(?: doing)?(?: today)?|how(?:'s|’s| is) it going|what(?:'s|’s) up)"),
    (THANKS, rf"{_PRAISE}|(?:{_PRAISE}{_PAUSE})*{_THANKS}(?:{_PAUSE}(?:{_PRAISE}|{_HELPED}))*"),
    (THANKS, rf"(?:{_PRAISE}{_PAUSE})*(?:{_PRAISE}|{_HELPED})(?:{_PAUSE}{_THANKS})?"),
    (FAREWELL, r"(?:bye|bye bye|goodbye|good night|see you(?: later)?|farewell)"),
    (
        ABOUT,
        r"(?:who|what) are you|what is your name|how do you work"
        r"|what can (?:you|i) (?:do|ask)(?: (?:here|you|for me))?"
        r"|are you (?:a|an) (?:robot|bot|ai|human|person|language model)|(?:please )?help(?: me)?"
        r"|what (?:do|can) you know(?: about)?",
    ),
)
_WHOLE = tuple(
    (reply, re.compile(rf"\W*(?:{pattern})\W*", re.IGNORECASE)) for reply, pattern in _REPLIES
)
# An order to the assistant itself; a question about instructions, prompts or roles is none.
_ORDERS = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass)\b[^.?!]{0,40}\b(?:your|all|any|the|these|those|"
    r"previous|prior|above|earlier)\b[^.?!]{0,30}\b(?:instructions?|rules?|prompts?|"
    r"guidelines?|restrictions?|programming|directives?)\b"
    r"|\b(?:reveal|show|print|repeat|output|tell me)\b[^.?!]{0,20}\b(?:your|the) "
    r"(?:system |hidden |initial |secret )+(?:prompt|instructions?|message)\b"
    r"|^\W*(?:please )?(?:you are now|from now on,? you|act as (?:if|a|an|my|though)\b|"
    r"pretend (?:to be|that you|you)|roleplay|role-play|enter developer mode|do anything now)\b"
    r"|\b(?:developer|jailbreak|dan) mode\b",
    re.IGNORECASE,
)
_SENTENCES = re.compile(r"(?<=[.?!])\s+")
_ASKS = re.compile(
    r"\W*(?:why|who|whom|whose|what|when|where|which|how|did|does|do|is|are|was|were|has|have|had|"
    r"should|would)\b",
    re.IGNORECASE,
)
_WRITING = re.compile(
    r"^\W*(?:please |can you |could you |would you )*(?:write|compose|draft|generate|create|invent|"
    r"make up|sing|tell me) (?:me |us )*(?:a|an|another|some|the) (?:\w+ ){0,2}(?:poem|haiku|song|"
    r"joke|story|limerick|essay|e-?mail|letter|tweet|blog post|code|script|program|function|"
    r"recipe)\b",
    re.IGNORECASE,
)


def reply_to(question: str) -> str | None:
    """The reply to what is no question for the sources; None for what is one."""
    for reply, pattern in _WHOLE:
        if pattern.fullmatch(question):
            return reply
    if any(_ORDERS.search(one) for one in _SENTENCES.split(question) if not _ASKS.match(one)):
        return ORDER
    return WRITING if _WRITING.search(question) else None
