"""English words that ask or bind and name nothing; those of other languages are in `qa.naming`.
And how a number of things is written."""

from index.languages import ENGLISH
from index.terms import terms

FUNCTION_WORDS = frozenset(
    """
    a an the this that these those
    i me my mine myself we us our ours ourselves you your yours yourself yourselves
    he him his himself she her hers herself it its itself they them their theirs themselves
    one ones
    who whom whose which what when where why how whether
    am is are was were be been being do does did doing done have has had having
    can could will would shall should may might must ought
    and or but nor so if then than because while although though since until unless as
    of in on at by for from with to into onto about between among through during before after
    over under against without within upon across via per out up off down
    not no yes there here
    also too very just only even ever never still already again
    some any all each every both either neither such other another same own more most much many
    few less least
    please tell give say says said mean means explain describe know
    s t d ll re ve m don didn doesn isn aren wasn weren
    """.split()
)

# How many are counted off one by one, and which of them one is.
NUMBERS = ("two", "three", "four", "five", "six", "seven")
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh")
# Nouns that stand for what is said somewhere, in the plural: "three reasons" are sentences, "three
# ships" are none.
SHELL_NOUNS = (
    r"(?:aims|answers|arguments|assumptions|caveats|changes|claims|complaints|concerns"
    r"|conclusions|conditions|considerations|criteria|criticisms|dangers|demands|differences"
    r"|errors|explanations|factors|faults|findings|goals|grounds|ideas|lessons|measures"
    r"|mistakes|objections|objectives|obstacles|options|points|principles|priorities|problems"
    r"|proposals|questions|reasons|recommendations|reforms|remedies|requests|requirements"
    r"|risks|rules|steps|suggestions|tasks|tests|things|ways|weaknesses|wishes)"
)


def in_small(text: str) -> str:
    """A text in small letters, with one blank between its words."""
    return " ".join(text.split()).lower()


def content(text: str, language: str = ENGLISH) -> frozenset[str]:
    """The terms of a text in a language that name something."""
    return frozenset(term for term in terms(text, language) if term not in FUNCTION_WORDS)


def counted(number: int, noun: str) -> str:
    """A number and what it counts: "1 document", "1,200 documents"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
