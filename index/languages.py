"""What language a document is in: what it says of itself, else a guess from its words.

It is worked out of the text each time and stored nowhere, so that a text has one language
whatever else is indexed with it.
"""

import re
from functools import lru_cache

from index.records import FIELD, Document

ENGLISH = "en"
NAMES = {
    "ar": "Arabic", "bn": "Bengali", "bg": "Bulgarian", "ca": "Catalan", "cs": "Czech",
    "da": "Danish", "de": "German", "el": "Greek", "en": "English", "es": "Spanish",
    "et": "Estonian", "fa": "Persian", "fi": "Finnish", "fr": "French", "he": "Hebrew",
    "hi": "Hindi", "hr": "Croatian", "hu": "Hungarian", "id": "Indonesian", "it": "Italian",
    "ja": "Japanese", "ka": "Georgian", "ko": "Korean", "lt": "Lithuanian", "lv": "Latvian",
    "nl": "Dutch", "no": "Norwegian", "pl": "Polish", "pt": "Portuguese", "ro": "Romanian",
    "ru": "Russian", "sk": "Slovak", "sl": "Slovenian", "sr": "Serbian", "sv": "Swedish",
    "ta": "Tamil", "th": "Thai", "tr": "Turkish", "uk": "Ukrainian", "ur": "Urdu",
    "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip
_DECLARED = re.compile(r"\s*(?:lang|language)\s*:\s*[\"']?([A-Za-z]{2})(?:[-_]\w+)?[\"']?\s*\Z")
_SAMPLE = 1_000  # characters that are looked at
# A text with fewer letters is taken for English unless its script says otherwise, and so is one
# whose best guess does not lead English by so much (logarithm of the probability) a character: two
# sentences of German, French or Spanish lead by 1.5, pages of names by .21 at most.
_LETTERS, _LEAD = 80, 0.3
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
# Common in English and hardly seen in another language in Latin letters: a text with one in so
# many characters is English, which this tells twenty times as fast.
_PLAIN = re.compile(
    r"\b(?:the|of|and|that|this|with|which|from|were|his|been|their|they|its|who|would|when)\b"
)
_PLAIN_SHARE = 1 / 100


def language(document: Document) -> str:
    """The ISO 639-1 code of the language of a document, one of NAMES."""
    for mark in document.marks:
        match = (
            _DECLARED.match(document.text[mark.start : mark.end]) if mark.kind == FIELD else None
        )
        if match and match[1].lower() in NAMES:
            return match[1].lower()
    start = max((mark.end for mark in document.marks if mark.kind == FIELD), default=0)
    return guess(document.text[start : start + _SAMPLE])


@lru_cache(maxsize=256)
def guess(text: str) -> str:
    """The language that a text is most probably in; English where that is doubtful."""
    letters = sum(map(str.isalpha, text))
    latin = letters if text.isascii() else len(_LATIN.findall(text))
    if letters < 3 or (letters < _LETTERS and latin * 2 > letters):
        return ENGLISH
    if latin * 2 > letters and len(_PLAIN.findall(text)) > _PLAIN_SHARE * len(text):
        return ENGLISH
    from py3langid import rank

    scores = {code: score for code, score in rank(text) if code in NAMES}
    best = max(scores, key=lambda code: scores[code])
    lead = (scores[best] - scores[ENGLISH]) / len(text)
    return best if lead >= _LEAD or latin * 2 <= letters else ENGLISH
