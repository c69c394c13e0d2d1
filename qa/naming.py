"""Which words of a question name something: all but those that ask or bind.

English ones of these are in `qa.words`; of other languages the common words come from Snowball's
lists (`index.terms`), and here are the words that ask, which are rare in what answers.
"""

import re
from collections.abc import Sequence

from index.languages import ENGLISH
from index.terms import is_common, words
from qa.words import FUNCTION_WORDS

_ASKING = {
    code: frozenset(listed.split())
    for code, listed in {
        "ar": "من ما ماذا متى أين لماذا كيف كم أي هل",
        "bg": "кой кого коя кое кои какво кога къде защо как колко",
        "ca": "qui què quan on per com quant quants quanta quantes quin quina quins quines",
        "cs": "kdo koho co kdy kde kam odkud proč jak kolik který která které jaký jaká jaké",
        "da": "hvem hvad hvornår hvor hvorfor hvordan hvilken hvilket hvilke",
        "de": "wer wen wem wessen was wann wo warum weshalb wieso wie wieviel wohin woher wurde",
        "el": "ποιος ποια ποιο ποιοι τι πότε πού γιατί πώς πόσο πόσα πόσοι πόσες",
        "es": "quién quiénes qué cuál cuáles cuándo dónde cómo cuánto cuánta cuántos cuántas",
        "fi": "kuka ketkä mikä mitä milloin koska missä mistä mihin miksi miten kuinka montako",
        "fr": "qui que quoi quand où pourquoi comment combien quel quelle quels quelles est a",
        "hi": "कौन क्या कब कहाँ क्यों कैसे कितना कितने कितनी",
        "hu": "ki kik mi mik mikor hol hová honnan miért hogyan hány mennyi melyik",
        "id": "siapa apa kapan mana mengapa kenapa bagaimana berapa",
        "it": "chi che cosa quando dove perché come quanto quanti quanta quante quale quali",
        "nl": "wie wat wanneer waar waarom hoe hoeveel welk welke waarheen",
        "no": "hvem hva når hvor hvorfor hvordan hvilken hvilket hvilke",
        "pl": "kto kogo co kiedy gdzie dokąd dlaczego czemu jak ile który która które jaki czy",
        "pt": "quem que quê quando onde porque como quanto quanta quantos quantas qual quais",
        "ro": "cine ce când unde cum cât câți câte care",
        "ru": "кто кого что когда где куда откуда почему зачем как сколько какой какая который",
        "sv": "vem vad när var varför hur vilken vilket vilka",
        "tr": "kim ne zaman nerede nereye neden niçin nasıl kaç hangi",
        "uk": "хто кого що коли де куди чому навіщо як скільки який яка яке які чи",
    }.items()
}
# The same where they are written into what stands around them.
_INSIDE = {
    "ja": re.compile(
        "なぜ|どうして|いつ|どこ|だれ|誰|何|どの|どう|いくつ|いくら|です|ます|でした|ました"
    ),
    "ko": re.compile("왜|언제|어디|누가|누구|무엇|무슨|어떻게|어떤|얼마나?|몇"),
    "th": re.compile("ทำไม|เมื่อไหร่|เมื่อไร|ที่ไหน|ใคร|อะไร|อย่างไร|เท่าไหร่|เท่าไร|กี่"),
    "zh": re.compile(
        "为什么|為什麼|什么时候|什麼時候|什么|什麼|怎么|怎麼|怎样|哪里|哪裡|哪儿|哪个|哪些"
        "|谁|誰|多少|如何|何时|何時|为何|為何|是否|吗|嗎|呢"
    ),
}
# Endings and particles of Japanese.
_HIRAGANA = re.compile("[ぁ-ゖー]+")


def naming(text: str, languages: Sequence[str]) -> list[tuple[int, int]]:
    """Start and end of each word of a question that names something, or of each word where none
    does; `languages` are those of what is searched, English first."""
    language = spoken(text, languages)
    inside = _INSIDE.get(language)
    rest = inside.sub(lambda match: " " * len(match[0]), text) if inside else text
    every = words(rest, languages)
    found = [(start, end) for start, end in every if not _binds(text[start:end], language)]
    return found or words(text, languages)


def spoken(text: str, languages: Sequence[str]) -> str:
    """The language of a question: that of English and these whose words that ask or bind it has
    most of; English where it has none."""
    codes = dict.fromkeys((ENGLISH, *languages))
    if len(codes) == 1:
        return ENGLISH
    parts = [text[start:end] for start, end in words(text, languages)]
    counts = {
        code: len(_INSIDE[code].findall(text))
        if code in _INSIDE
        else sum(_binds(part, code) for part in parts)
        for code in codes
    }
    return max(counts, key=lambda code: counts[code])


def _binds(word: str, language: str) -> bool:
    """Whether a word asks or binds in a language, and so names nothing."""
    lowered = word.lower()
    if language == ENGLISH:
        return lowered in FUNCTION_WORDS
    if language == "ja":
        return bool(_HIRAGANA.fullmatch(word))
    return lowered in _ASKING.get(language, ()) or is_common(lowered, language)
