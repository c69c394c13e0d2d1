"""From bytes to text: UTF-8 first, then byte order marks, what a page declares, and a guess."""

import re

from index.errors import SourceError

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig", "UTF-8"),
    (b"\xff\xfe\x00\x00", "utf-32", "UTF-32"),
    (b"\x00\x00\xfe\xff", "utf-32", "UTF-32"),
    (b"\xff\xfe", "utf-16", "UTF-16"),
    (b"\xfe\xff", "utf-16", "UTF-16"),
)
# What no text holds: control characters (a wrong guess turns curly quotes into C1 controls), box
# drawing (a wrong guess of an old DOS code page), private use, what could not be decoded.
_BAD = re.compile("[\0-\x08\x0e-\x1a\x1c-\x1f\x7f-\x9f\u2500-\u259f\ue000-\uf8ff\ufffd]")
# By the web's own rule these three names mean one thing: windows-1252.
_WESTERN = ("ascii", "iso-8859-1", "latin-1", "latin1", "windows-1252", "cp1252")
_SAMPLE = 200_000  # bytes that the detector looks at
# Below this the detector has seen too little to tell: one word with one accent.
_SURE = 0.01


def decode(data: bytes, declared: str = "", *, guess: bool = True) -> tuple[str, str]:
    """Bytes as text with LF line ends, and a note that says so where the encoding was guessed.

    `declared` is the encoding that the source names for itself; it counts where the bytes are not
    UTF-8. Without `guess` only UTF-8 and a byte order mark are accepted.

    Raises SourceError for a binary source and for one whose encoding cannot be told.
    """
    text, note = _decode(data, declared, guess)
    return text.replace("\r\n", "\n").replace("\r", "\n"), note


def _decode(data: bytes, declared: str, guess: bool) -> tuple[str, str]:
    for bom, codec, name in _BOMS:
        if data.startswith(bom):
            try:
                return data.decode(codec), ""
            except UnicodeDecodeError as error:
                raise SourceError(
                    f"begins as {name} does but breaks off at byte {error.start:,}; "
                    "save it as UTF-8"
                ) from error
    if b"\0" not in data:
        try:
            return data.decode("utf-8"), ""
        except UnicodeDecodeError as error:
            broken = f"not UTF-8: byte 0x{data[error.start]:02x} at position {error.start:,}"
        if declared:
            text = _attempt(data, "windows-1252" if declared.lower() in _WESTERN else declared)
            if text is not None:
                return text, ""
    else:
        broken = "looks like a binary file, expected text"
    if guess:
        name = _detect(data)
        text = _attempt(data, name) if name else None
        if text is not None:
            return text, f"read as {name}"
    raise SourceError(f"{broken}; save it as UTF-8")


def _detect(data: bytes) -> str:
    """The most probable encoding among those that the web uses, "" where nothing is."""
    import chardet

    found = chardet.detect(data[:_SAMPLE], encoding_era=chardet.EncodingEra.MODERN_WEB)
    name = (found["encoding"] or "").lower()
    if not name or found["confidence"] < _SURE or (b"\0" in data) != name.startswith("utf-"):
        return ""
    # Where it makes no difference, it is the commonest one.
    same = name.startswith(("windows-", "iso-8859-"))
    same = same and _attempt(data, name) == _attempt(data, "windows-1252")
    return "windows-1252" if same or name in _WESTERN else name


def _attempt(data: bytes, name: str) -> str | None:
    """The text in that encoding; None where it is not, or holds what no text holds."""
    try:
        text = data.decode(name)
    except (UnicodeError, LookupError):
        return None
    return None if _BAD.search(text) else text
