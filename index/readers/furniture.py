"""What a page carries around its text: links, invitations, cookie notices, credits, pull quotes.

Patterns are of a kind, never of one site, and each has to hold a whole line or paragraph, so that
prose that merely contains such words stays prose. "The views expressed here are the author's" is
no furniture: it is a statement of the source, and somebody may ask for it.
"""

import re
from collections.abc import Iterable, Sequence

from index.readers import pull_quotes
from index.readers.plain import Block, blocks_of
from index.records import FURNITURE, HEADING, TITLE, Mark

_KIND = r"(?:article|page|post|commentary|story|publication|report|paper|piece)s?"
_SITE = r"(?:facebook|twitter|x|linkedin|whatsapp|e-?mail|reddit|telegram|bluesky|mastodon)"
_RELATED = rf"(?:explore )?(?:our )?(?:related|recommended|similar|further) (?:content|{_KIND}|reading|topics?|links?|items|news|programmes|projects)|you (?:may|might) (?:also )?(?:like|be interested in)|recommended for you|most (?:read|popular|viewed)|latest (?:news|from|updates|articles|commentaries)|more (?:from|like this|on this topic)|read next"  # noqa: E501
# A line that says just this.
_LABELS = (
    r"view (?:full )?profile|(?:foot|end)notes|back to (?:the )?top|skip to (?:main )?content",
    rf"(?:please )?share(?: (?:this|the)(?: {_KIND})?)?(?: (?:on|via|by) {_SITE})?",
    rf"(?:print|e-?mail|save|tweet|cite|download|bookmark)(?: (?:this|the) {_KIND}| (?:the )?pdf)?",
    rf"copy link|continue reading|{_SITE}",
    r"(?:read|see|view|show|load|learn|find out) (?:more|all|next)",
    r"subscribe(?: now| today| here)?|sign (?:up|in)(?: now| today| here)?|log ?in",
    rf"follow us(?: on {_SITE})?|contact us|donate(?: now)?|advertisement|sponsored(?: content)?",
    r"(?:leave|post|add) a (?:comment|reply)|privacy policy|terms (?:of use|of service)",
    r"(?:accept|reject|allow|manage) (?:all )?(?:cookies|preferences)",
    r"cookie (?:policy|settings|preferences|notice)",
    _RELATED,
)
_END = r"[ \t]*[:.…»›→▸]*[ \t]*"
_LABEL = re.compile(rf"(?:{'|'.join(_LABELS)}){_END}", re.IGNORECASE)
# Behind such a line, to the end of the text, stand titles of other pages.
_RELATED_LABEL = re.compile(rf"(?:{_RELATED}){_END}", re.IGNORECASE)
# A line that leads to another page.
_LINK = re.compile(
    r"(?:read (?:more|also|next|on)|also read|related|more on this|watch|listen)[ \t]*:[ \t]*\S.*",
    re.IGNORECASE,
)
_NEWS = r"(?:newsletters?|mailing lists?|bulletins?|updates|(?:e-?mail )?alerts|digests?|podcasts?)"
# A paragraph: (how it is, the most words that it has).
_PARAGRAPHS = (
    (  # Sign up to our monthly newsletter and never miss a thing.
        rf"(?:(?:want|like) [^.?!]{{3,60}}\? )?(?:please )?(?:subscribe|sign up|register)"
        rf"(?: (?:here|now|today))? (?:to|for) (?:[\w’'-]+ ){{0,5}}{_NEWS}"
        r"(?:$|[.!,:]| (?:and|to|for|by|here|today|now|so)\b).*",
        45,
    ),
    (r"(?:get|receive) (?:our|the latest) [^.]{0,60}(?:in|to|straight to) your inbox\b.*", 45),
    (  # Have an idea for an article? Send us a pitch.
        r"(?:do you )?(?:have|got) an? (?:\w+ )?(?:idea|pitch|article|story|opinion)\b[^.?!]*\?"
        r" .*(?:\b(?:us|pitch|guidelines|submissions?)\b|@).*",
        80,
    ),
    (
        r"(?:want|interested in|would you like) (?:to )?"
        r"(?:writ|contribut|pitch)\w* (?:for|to) us\b.*",
        60,
    ),
    (
        r"(?:(?:our|the|full|more|submission|editorial|contributor) )+guidelines\b[^.]*"
        r"\b(?:found|available|read) (?:here|on (?:our|this) (?:web)?site|below)\.?",
        30,
    ),
    (  # We use cookies to improve your experience.
        r"(?:we|(?:this|our) (?:web)?site|[\w.-]+\.\w{2,5}) uses? (?:[\w-]+ ){0,4}cookies\b"
        r".*\b(?:your?|consent|experience|website|browsing|analytics)\b.*",
        120,
    ),
    (r"by (?:continuing|using|clicking|browsing)\b.*\b(?:you (?:agree|consent|accept)\b).*", 80),
    (r"(?:©|\(c\)|copyright)(?: ©| \(c\))? ?\d{4}\b.*|.*\ball rights reserved\.?", 25),
    (r"(?:like|enjoy(?:ed)?) this (?:article|post|piece|commentary)\?.*", 45),
    (  # Photo: A harbour. / Image credit: the port / A harbour. Courtesy of the port
        r"(?:main |header |cover |lead )?(?:photo(?:graph)?s?|images?|pictures?|illustration)"
        r"(?: credits?| courtesy| source| by)?[ ]?:.*|(?:photo|image|picture) credits?\b.{0,80}",
        60,
    ),
    (
        r"(?:.{0,300}[.!?)’”\"] )?(?:(?:photo|image|picture)s? )?courtesy of (?:[^\s.,;:]+ ?){1,8}"
        r"(?: ?/ ?[^.]{2,20}(?:\d\.\d)?)?\.?",
        60,
    ),
    (
        r".*(?:/ ?(?:CC[ -](?:BY|0)[\w .-]*|getty images|reuters|afp|alamy(?: stock photo)?"
        r"|shutterstock|ap(?: photo)?|epa|public domain)|alamy stock photo|via getty images)\.?",
        60,
    ),
)
_PARAGRAPH = [(re.compile(how, re.IGNORECASE | re.DOTALL), most) for how, most in _PARAGRAPHS]
_LONGEST = 1_200  # characters of a paragraph that is looked at


def find(text: str, marks: Iterable[Mark] = ()) -> list[Mark]:
    """The furniture of a text whose `marks` are known: marks in order, outside of headings."""
    known = [mark for mark in marks if mark.kind in (HEADING, TITLE)]
    taken = {mark.start for mark in known}
    blocks = list(blocks_of(text))
    found: list[Mark] = []
    for block in blocks:
        if _is_furniture(block.text):
            found.append(Mark(FURNITURE, block.start, block.end))
        else:
            at = block.start
            for line in block.text.split("\n"):
                if _is_line(line.strip("-*• \t")):
                    found.append(Mark(FURNITURE, at, at + len(line)))
                at += len(line) + 1
    found += _after_related(blocks)
    found += pull_quotes.find([block for block in blocks if block.start not in taken])
    return sorted(set(found), key=lambda mark: (mark.start, -mark.end))


def _is_furniture(block: str) -> bool:
    if len(block) > _LONGEST:
        return False
    flat = " ".join(block.split())
    words = flat.count(" ") + 1
    return any(words <= most and how.fullmatch(flat) for how, most in _PARAGRAPH)


def _is_line(line: str) -> bool:
    if len(line) > 200:
        return False
    return bool(_LABEL.fullmatch(line) or (len(line.split()) <= 20 and _LINK.fullmatch(line)))


def _after_related(blocks: Sequence[Block]) -> list[Mark]:
    """What stands behind a line such as "Related content", where that is short lines alone."""
    for at in range(len(blocks) - 1, -1, -1):
        if _RELATED_LABEL.fullmatch(blocks[at].text.split("\n")[0].strip()):
            return [Mark(FURNITURE, block.start, block.end) for block in blocks[at:]]
        lines = blocks[at].text.split("\n")
        if any(len(line.split()) > 20 or line.rstrip().endswith(".") for line in lines):
            break
    return []
