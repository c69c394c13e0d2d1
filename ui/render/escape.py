"""A source is untrusted text: all escaping is here.

In HTML it is escaped; in Markdown every character of it that could mean something there stands
behind a backslash, or is a character reference where it is no punctuation, so that it shows as it
stands and does nothing; for a terminal its control characters are replaced.
"""

import html
import re
import string

# Whatever Markdown, its tables, links, mathematics or a trimmed edge could make of a text. Line
# ends are among it, so that a text is always one line and only its beginning can open a block.
_MARKDOWN = re.compile(
    r"[\ufeff\\`*_\[\]{}<>&|~$^@]|[^\S \x1c-\x1f\x85]|\A | \Z|(?<= ) "
    r"|\A[!-/:-@]|\A\d{1,9}[.)](?=\s|\Z)|#(?=#*\Z)|:(?=//)|(?<=[wW]{3})\."
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
# What no XML file may hold.
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def html_text(text: str) -> str:
    """Text for HTML. A raw CR would turn into LF and NUL would vanish."""
    return html.escape(text).replace("\r", "&#13;").replace("\0", "\ufffd")


def markdown_text(text: str) -> str:
    """Text as Markdown that shows it character for character and does nothing else."""
    return _MARKDOWN.sub(_escaped, text).replace("\0", "\ufffd")


def _escaped(match: re.Match[str]) -> str:
    """What was found, its last character without its meaning."""
    before, last = match[0][:-1], match[0][-1]
    return before + (f"\\{last}" if last in string.punctuation else f"&#{ord(last)};")


def xml_text(text: str) -> str:
    """Without the characters that XML has no way to hold."""
    return _NOT_XML.sub("\ufffd", text)


def printable(text: str) -> str:
    """Without the control characters that a terminal would obey."""
    return _CONTROL.sub("\ufffd", text)
