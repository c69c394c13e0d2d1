"""How a question that asks for somebody's words is built around a name.

Each form says what stands in place of the name where that author's own documents are asked, and
some ask for a change of mind, which an author tells in the first person.
"""

import re
from functools import cache

from qa.topics import WORK, WORKS
from qa.words import NUMBERS, ORDINALS, SHELL_NOUNS

_OWN = r"(?:['’]s|(?<=s)['’])"
ASKS = r"(?:does|do|did|has|have|had|would|will|can|could|might|should|must)"
# When it is said, which is left out where documents are asked that say it when they do.
_WHEN = r"(?:still|now|today|currently|nowadays|since|later|recently|by now)"
HOW = (
    r"(?:really|actually|also|then|himself|herself|themselves|ever|not|have|always|never|once"
    rf"|already|again|at first|originally|finally|no longer|therefore|{_WHEN})"
)
BETWEEN = rf"(?: {HOW}){{0,3}}"
# What is done with words. "Find" and "want" are not among them: people do that in the world.
SAYS = (
    r"(?:say|said|saying|think|thought|thinking|argue|arguing|claim|claiming|write|written"
    r"|believe|conclude|recommend|propose|suggest|maintain|explain|describe|consider|regard"
    r"|predict|expect|warn|advise|advocate|assert|insist|hold|stress|emphasi[sz]e|call|comment"
    r"|remark|note|mention|discuss|address|assess|judge|interpret|portray|characteri[sz]e"
    r"|make of|feel|prefer|favou?r|endorse|agree|disagree|critici[sz]e|object|doubt|blame|praise"
    r"|defend|justify|justifie|reject|condemn|welcome|report|state|cite|support|oppose|view|see"
    r"|mean|urge|demand|ask(?:ed)? for)(?:d|ed)?"
)
# What they say now, and so in their latest.
NOW = re.compile(
    rf"\b{SAYS} (?:now|today|nowadays|currently)\b|\bnow(?=\W*\Z| \([^()]*\)\W*\Z)", re.IGNORECASE
)
# What somebody holds, and what is done with that: a name is changed in the world, a view is not.
_HELD = (
    r"(?:(?:his|her|their|its|the|one['’]s) (?:[\w-]+ ){0,2}(?:minds?|views?|opinions?|positions?"
    r"|stances?|tune|judge?ments?|attitudes?|figures?|estimates?|numbers?|claims?|calculations?"
    r"|beliefs?|arguments?|predictions?|forecasts?|proposals?|plans?|demands?|support|opposition"
    r"|objections?|recommendations?|verdict|thinking|thesis))"
)
CHANGES = (
    r"(?:(?:chang|revis|revers|modif|soften|hard|alter|shift|correct|abandon|drop|withdr|retract"
    rf"|adjust|g[ia]ve)\w*(?: up)? {_HELD}"
    r"|(?:reconsider|recant|repent|rethink|rethought|back ?track)(?:ed)?|think again"
    r"|(?:regret|admit|conced|confess|acknowledg)(?:t?ed|e)?"
    r"|c[ao]me a?round|(?:stop|ceas)(?:p?ed|e)? (?:believing|thinking|supporting|opposing"
    r"|defending|claiming|arguing)|turn(?:ed)? against)"
)
MINDS = (
    r"(?:accept|deny|denied|dismiss|dispute|tolerate|trust|distrust|dislike|admire|underestimate"
    r"|overestimate|misjudge|exaggerate|fear|hope|like|love|hate|enjoy|approve)(?:d|ed)?"
)
MADE = (
    r"(?:made|led|caused|convinced|persuaded|moved|prompted|brought"
    r"|would (?:make|lead|cause|convince|persuade|move|prompt|bring))"
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
VIEW = (
    r"(?:views?|opinions?|positions?|stances?|arguments?|criticisms?|critique|takes?|case"
    r"|recommendations?|conclusions?|claims?|thesis|theses|reasons|reasoning|assessments?|analysis"
    r"|advice|proposals?|suggestions?|explanations?|perspectives?|thoughts|beliefs?|point of view"
    r"|standpoint|main points?|interpretation|account|attitude|verdict|warnings?|predictions?"
    r"|objections?|conditions?|demands?|requests?|lessons?|priorities|criteria|remed(?:y|ies)|mind"
    r"|change of (?:mind|heart|view)|plans?|schemes?|solution|estimates?)"
)
# What somebody says, by its number: "her three steps", "his second point".
_COUNTED = (
    rf"(?:(?:{'|'.join(NUMBERS)})(?: \w+)? {SHELL_NOUNS}"
    rf"|(?:{'|'.join(ORDINALS)})(?: \w+)? "
    r"(?:argument|change|claim|point|step|question|reason|idea|rule|measure|test|thing))"
)
OF_WORKS = rf"(?:{WORKS}|{WORK}|writings?)"
NAME = "\0"  # where the name stood
TITLE = r"(?:(?:Dr|Prof|Professor|Mr|Mrs|Ms|Sir|Dame|Lord)\.? )*"
# Each with what stands in place of its first group when the author's documents are asked: a text
# may speak of its author, but mostly the question is best put as if of anybody.
AUTHOR, _ON = "the author", "What does the author say about"
SELF, ME = "I", "me"
_SPLIT = r"(?:(?:dis)?agree|differ|contradict)"
JOINED = re.compile(rf"(?:,|,? (?:and|or|&|versus|vs\.?)) {TITLE}", re.IGNORECASE)
_ASKED = tuple(
    (pattern.replace("@", TITLE + NAME), instead)
    for pattern, instead in (
        (
            rf"\A\W*((?:(?:how|where) )?(?:do|does|did) @ {_SPLIT}(?: with)?(?: each other"
            r"| one another)?(?: (?:about|on|over|that|whether|in their views? (?:of|on)))?)",
            _ON,
        ),
        (r"\A\W*((?:compare|contrast) @ (?:on|about))\b", _ON),
        (rf"\b{ASKS} (@{BETWEEN} {_MERELY})\b", f"{AUTHOR} say"),
        (rf"\b{ASKS} (@){BETWEEN} {CHANGES}\b", SELF),
        (rf"\b{ASKS} (@){BETWEEN} (?:get|got|gotten) (?:[\w’'-]+ ){{0,4}}wrong\b", SELF),
        (rf"\bwhat (?:else )?{MADE} (@) (?:to )?(?:{CHANGES}|{SAYS}|{MINDS})\b", ME),
        (r"\bwhat (?:else )?(?:convinced|persuaded|would (?:convince|persuade)) (@)", ME),
        (rf"\bwould (@){BETWEEN} (?!be\b)\w+", SELF),
        (rf"\b{ASKS} (@){BETWEEN} {SAYS}\b", AUTHOR),
        (rf"\b(?:will|must|might|could|can|does|do) (@){BETWEEN} {MINDS}\b", SELF),
        (rf"\b(?:does|do) (@){BETWEEN} want\b(?! from)", AUTHOR),
        (rf"\b{_IS_SAYING}\b", AUTHOR),
        (
            rf"\b(?:is|are|was|were)\b(?: .{{1,120}}?)? {SAYS} (by @)"
            r"(?=\W*$| (?:in|for|as|about|on)\b)",
            "",
        ),
        (
            r"\b(?:is|was) (@) (?:\w+ ){0,2}(?:in favou?r|against|opposed|critical|sk?ceptical"
            r"|optimistic|pessimistic|worried|concerned|convinced|of the opinion)\b",
            AUTHOR,
        ),
        (rf"\baccording to (@) (?:{ASKS}|wh\w+|how)\b", AUTHOR),
        (r"((?:\A\W*|,? )according to @,?)", ""),
        (rf"(@{_OWN}) (?:\w+ ){{0,3}}?{VIEW}\b", f"{AUTHOR}’s"),
        (rf"\b{VIEW} ((?:of|by|from|held by) @)(?= (?:on|of|about|for|why|that)\b|\W*$)", ""),
        (rf"(@{_OWN}) {_COUNTED}\b", f"{AUTHOR}’s"),
        (rf"\b(?:what|which) (?:\w+ ){{0,2}}?{SHELL_NOUNS} (?:do|does|did|has|have) (@)", AUTHOR),
        (r"\A\W*what (?:else )?(?:do|does) (@) want\b(?! from)", AUTHOR),
        (rf"(@{_OWN}) (?:\w+ ){{0,2}}?{OF_WORKS}\b", "the"),
        (rf"\b{OF_WORKS} ((?:written )?by @)(?!{_OWN})", ""),
        (rf"\bin (@{_OWN}) (?:eyes|mind|words|view|opinion)\b", f"{AUTHOR}’s"),
    )
)
OF_ANYBODY = {
    AUTHOR: "one",
    f"{AUTHOR} say": "one say",
    f"{AUTHOR}’s": "the",
    _ON: "What does one say about",
    SELF: "one",
    ME: "one",
}
# A question with nothing but when it is said after what stands for the author.
WHEN = re.compile(
    rf"(?:(?<=\bone)|(?<=\bI)|(?<=\bauthor)) {_WHEN}\b|(?<=\w) (?:now|today|nowadays)(?=\W*$)"
)
# What is said against an author's view, by others: "criticisms of Berg's proposal".
OF_OTHERS = re.compile(
    r"\b(?:critics?|opponents?|criticisms?|objections?|arguments? against|repl(?:y|ies)"
    r"|responses?|reactions?|rebuttals?) (?:of|to|against|from)? ?(?:the )?" + f"{TITLE}{NAME}"
    rf"|{NAME}['’]s? .*\bbe (?:criticis|criticiz|oppos|attack|question|challeng)"
    rf"|\b(?:who|which (?:authors?|commentar(?:y|ies)|texts?)) (?:else )?{SAYS}s? (?:with )?"
    f"{TITLE}{NAME}|\\bwrong with {TITLE}{NAME}",
    re.IGNORECASE,
)
_TAKES = tuple(
    rf"\A\W*(?:(?:and|but|so|why|how|on what grounds) )*{pattern}\W*\Z"
    for pattern in (
        rf"{ASKS} {TITLE}{NAME}{BETWEEN} {_STANCE}(?: (?:to|with|of))? (?P<topic>.+?)",
        rf"(?:is|are|was|were) (?P<topic>.+) {_STANCE} by {TITLE}{NAME}",
    )
)


# Compiling these takes longer than a question: each is made when it is first needed.
@cache
def askings() -> tuple[tuple[re.Pattern[str], str], ...]:
    """How a question asks for an author's words, the name being NAME, and what stands in place of
    the first group when the author's documents are asked."""
    return tuple((re.compile(pattern, re.IGNORECASE), instead) for pattern, instead in _ASKED)


@cache
def gates() -> tuple[re.Pattern[str], ...]:
    """The same around whatever may be a name, so that few questions need to look at the authors."""
    anything = r"\w[\w.,'’ -]{0,100}?"
    return tuple(
        re.compile(pattern.replace(NAME, anything), re.IGNORECASE) for pattern, _ in _ASKED
    )


@cache
def takings() -> tuple[re.Pattern[str], ...]:
    """How a question takes an author's stance for granted."""
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in _TAKES)
