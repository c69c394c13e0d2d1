"""What is known of a text, as YAML between two lines --- at its head."""

import re
from collections.abc import Mapping
from datetime import date

import yaml

from index.errors import SourceError
from index.readers.encoding import decode
from index.readers.front_matter import NAMES

# The fields that readers know, in the order in which they are written.
FIELDS = tuple(NAMES)

_BOM = b"\xef\xbb\xbf"
WIDE = (b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")  # UTF-16 and UTF-32: not ASCII's relatives
_BLOCK = re.compile(
    rb"\s*---[ \t]*\r?\n(?P<yaml>.*?)^---[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE
)
_KEY = re.compile(r"^(?P<key>[A-Za-z_][\w -]*?)[ \t]*:", re.MULTILINE)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def block(fields: Mapping[str, str], *, ascii_only: bool = False) -> str:
    """The fields as front matter, a line each, in the order of FIELDS; "" without fields."""
    return f"---\n{_lines(fields, ascii_only)}---\n" if fields else ""


def with_fields(
    data: bytes, given: Mapping[str, str], known: Mapping[str, str], *, strict: bool = True
) -> bytes:
    """A text with fields at its head: those `given` win over its own, which win over those `known`
    from elsewhere. The names are from FIELDS.

    All behind the front matter stays as it is, byte for byte, in whatever encoding, and so do the
    lines of its own fields that are not replaced; a byte order mark stays first. Only UTF-16 and
    UTF-32 become UTF-8. When the text has all of the fields already, nothing changes. When not
    `strict`, what looks like front matter and does not parse is text, as it is to the reader.

    Raises SourceError when its own front matter cannot be kept.
    """
    if not (given or known):
        return data
    if data.startswith(WIDE) or b"\0" in data:  # in UTF-16 every Latin letter has a zero
        data = decode(data)[0].encode()
    mark, body = (_BOM, data[len(_BOM) :]) if data.startswith(_BOM) else (b"", data)
    match = _BLOCK.match(body)
    try:
        own = _parsed(match["yaml"]) if match else {}
    except SourceError:
        if strict:
            raise
        own = {}
    there = {str(key).lower(): value for key, value in own.items()}
    new = dict(given)
    for name, value in known.items():
        if not any(there.get(also) for also in NAMES[name]):
            new.setdefault(name, value)
    # Only texts are compared: what aliases in YAML build up may be larger than any memory.
    if all(isinstance(there.get(n), str) and there[n] == value for n, value in new.items()):
        return data
    try:
        body.decode()
        ascii_only = False
    except UnicodeDecodeError:
        ascii_only = True  # right before a text in nearly any other encoding
    if match is None or not own:
        return mark + block(new, ascii_only=ascii_only).encode() + b"\n" + body
    gone = {also for name in new for also in NAMES[name]}
    kept = _without(match["yaml"].decode(), gone)
    lines = _lines(new, ascii_only) + kept
    try:
        keys = set(yaml.load(lines, yaml.BaseLoader))
    except (yaml.YAMLError, RecursionError, ValueError, TypeError):
        keys = set()
    if keys != {key for key in own if str(key).lower() not in gone} | set(new):
        raise SourceError("its front matter is not a key a line; write the fields into it yourself")
    return mark + f"---\n{lines}---\n".encode() + body[match.end() :]


def read_fields(data: bytes) -> dict[str, str]:
    """The fields at the head of a text in UTF-8 that are texts, as they are written; {} where
    there are none. Raises SourceError when they do not parse."""
    match = _BLOCK.match(data.removeprefix(_BOM))
    own = _parsed(match["yaml"]) if match else {}
    return {name: value for name in FIELDS if isinstance(value := own.get(name), str)}


def _parsed(written: bytes) -> dict[object, object]:
    """Front matter as YAML, every value as it is written; {} when it is no mapping."""
    try:
        own = yaml.load(written.decode(), yaml.BaseLoader)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise SourceError("its front matter is not YAML in UTF-8; mend it first") from error
    return own if isinstance(own, dict) else {}


def _without(written: str, gone: set[str]) -> str:
    """The lines of front matter, less the keys that are gone with all of their lines."""
    keys = list(_KEY.finditer(written))
    starts = [key.start() for key in keys] + [len(written)]
    kept = (
        written[key.start() : end]
        for key, end in zip(keys, starts[1:], strict=True)
        if key["key"].lower() not in gone
    )
    return written[: starts[0]] + "".join(kept)


def _lines(fields: Mapping[str, str], ascii_only: bool) -> str:
    values = {name: _value(fields[name]) for name in FIELDS if name in fields}
    return yaml.safe_dump(values, allow_unicode=not ascii_only, sort_keys=False, width=10**9)


def _value(value: str) -> str | date:
    """A date as YAML writes one, without quotes; everything else as it is."""
    try:
        return date.fromisoformat(value) if _DATE.fullmatch(value) else value
    except ValueError:
        return value
