"""Words of registries as they are compared: without case, plural, hyphens, and British spelling."""

import html
import re
from functools import lru_cache

_ODD = str.maketrans(
    {
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"),
        **dict.fromkeys("\u2018\u2019\u201b\u2032", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u2033", '"'),
        **dict.fromkeys("\u200b\u200c\u200d\u200e\u200f\ufeff\\", None),
        "\u2264": "<=",
        "\u2265": ">=",
        "\u2266": "<=",
        "\u2267": ">=",
        "\u2a7d": "<=",
        "\u2a7e": ">=",
        "\uff1e": ">",
        "\uff1c": "<",
        "\uff08": "(",
        "\uff09": ")",
        "\uff0c": ",",
        "\u2026": "...",
        "\u00a0": " ",
        "\u00b2": "2",
        "\u00b0": " degrees ",
        "\u00ae": " ",
        "\u2122": " ",
        "[": "(",
        "]": ")",
    }
)
_WIDE_DIGITS = str.maketrans({0xFF10 + digit: str(digit) for digit in range(10)})


def lowered(text: str) -> str:
    """Return a text in lower case with plain signs and single blanks.

    >>> lowered("Age ≥ 18&nbsp;years")
    'age >= 18 years'
    """
    unescaped = html.unescape(text) if "&" in text else text
    plain = " ".join(unescaped.translate(_ODD).translate(_WIDE_DIGITS).casefold().split())
    for pattern, short in _SHORT_FORMS:
        plain = pattern.sub(short, plain)
    return plain


_SHORT_FORMS = (
    (re.compile(r"\be\. ?g\b\.?,?"), "eg"),
    (re.compile(r"\bi\. ?e\b\.?,?"), "ie"),
    (re.compile(r"\b(eg|ie|etc)\.,?"), r"\1"),
    (re.compile(r"\bvs\."), "vs"),
    (re.compile(r"(?<=\d),(?=\d{3}\b)"), ""),
    (re.compile(r"(?<=\d),(?=\d\b)"), "."),
)


_BRITISH = (
    ("haem", "hem"),
    ("anaem", "anem"),
    ("oedema", "edema"),
    ("anaesth", "anesth"),
    ("paed", "ped"),
    ("oesoph", "esoph"),
    ("tumour", "tumor"),
    ("ischaem", "ischem"),
    ("leukaem", "leukem"),
    ("gynaec", "gynec"),
    ("diarrhoea", "diarrhea"),
    ("behaviour", "behavior"),
    ("labour", "labor"),
    ("centre", "center"),
    ("fibre", "fiber"),
    ("litre", "liter"),
    ("metre", "meter"),
    ("judgement", "judgment"),
    ("programme", "program"),
    ("counsell", "counsel"),
    ("enrolment", "enrollment"),
    ("neurolog", "neurolog"),
)
_ISE = re.compile(r"(?<=[a-z]{3})is(?=(?:e|ed|es|ing|ation)$)")
_UNCHANGED = frozenset({"this", "has", "is", "was", "as", "us", "yes", "his", "its", "does", "plus", "less", "unless"})
_Z_WORDS = ("hospital", "random", "immunocomprom", "stabil", "real", "character", "local", "general", "ster")


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """Return a word of lower case in the form by which it is compared: singular, American.

    >>> [stem(word) for word in ("tumours", "injections", "diagnosis", "studies", "hospitalised")]
    ['tumor', 'injection', 'diagnosis', 'study', 'hospitalized']
    """
    for british, american in _BRITISH:
        if british in word:
            word = word.replace(british, american)
    if word.startswith(_Z_WORDS):
        word = _ISE.sub("iz", word)
    return _singular(word)


_SHORTEST_PLURAL = 4


def _singular(word: str) -> str:
    if (
        len(word) < _SHORTEST_PLURAL
        or word in _UNCHANGED
        or not word.endswith("s")
        or word.endswith(("ss", "us", "is"))
    ):
        return word
    if word.endswith("ies") and len(word) > _SHORTEST_PLURAL:
        return f"{word[:-3]}y"
    if word.endswith(("sses", "xes", "ches", "shes", "zzes")):
        return word[:-2]
    if word.endswith("'s"):
        return word[:-2]
    return word[:-1]


_PIECES = re.compile(r"[#@]\d*|[a-z0-9\u00c0-\u024f\u0370-\u03ff]+(?:'[a-z]+)?(?:\.\d+)?|[(),;:/+<>=%.!?&]")


def pieces(text: str) -> list[str]:
    """Return the words and signs of a lowered text; hyphens and quotes part words and are left out.

    >>> pieces("non-english speaker's (l4/5), #0")
    ['non', 'english', "speaker's", '(', 'l4', '/', '5', ')', ',', '#0']
    """
    return _PIECES.findall(text)


_WORD = re.compile(r"[^\W_]+")


def as_in_source(said: str, text: str) -> str | None:
    """Return the stretch of a source's text that holds some lowered words in a row, or None where it has none.

    >>> as_in_source("smith jones hospital", "Treated at Smith-Jones Hospital (any ward)")
    'Smith-Jones Hospital'
    """
    wanted = _WORD.findall(said)
    spans = [(match[0].casefold(), match.span()) for match in _WORD.finditer(text)]
    words = [word for word, _ in spans]
    for start in range(len(words) - len(wanted) + 1 if wanted else 0):
        if words[start] == wanted[0] and words[start : start + len(wanted)] == wanted:
            return _with_signs(text, spans[start][1][0], spans[start + len(wanted) - 1][1][1])
    return None


def _with_signs(text: str, start: int, end: int) -> str:
    """Return a stretch of a text with the sign of a number before it and the bracket that closes behind it."""
    before = re.search(r"[<>=\u2264\u2265]+ ?$", text[:start])
    stretch = text[before.start() if before else start : end]
    is_open = stretch.count("(") > stretch.count(")")
    return stretch + ")" if is_open and text[end : end + 1] == ")" else stretch
