"""Words of an inclusion that can only narrow what the rest of it says, taken out so that the rest can be read.

Taking such words out of what includes people leaves a demand that all of them meet. It is no reading of what excludes.
"""

import re

from prescreen.eligibility.interpretation import english
from prescreen.eligibility.interpretation.english import Frame
from prescreen.eligibility.interpretation.words import pieces

_MARK = r"(?:[ ,/&-]|\band\b|\bor\b|\band / or\b)"
_EVIDENCE = (
    r"(?:mri|mris|mr|ct|x ?rays?|radiographs?|radiography|radiographic(?:ally)?|"
    r"radiological(?:ly)?|radiologic|imaging|images?|"
    r"magnetic|resonance|computed|computerized|tomography|scans?|tests?|testing|examinations?|exam|"
    r"studies|study|findings?|"
    r"electromyography|emg|electrodiagnostic|evaluation|physical|neurological|neurologic|"
    r"clinical(?:ly)?|medical|patient|"
    r"nrs|vas|nprs|scales?|numeric|numerical|rating|visual|analogu?e?|history|symptoms|signs?|"
    r"positive|straight|leg|raise|raising|slr|lasegue|femoral|nerve|stretch|fst|provocative|"
    r"discography|plain|film|films|dynamic|flexion|extension|lumbar|spine|physician|surgeon|specialist|doctor|"
    r"investigator|assessment|the|a|an|its|their|his|her|of|one|more|least|at|diagnosis|documented|measured|within)"
)
_LEAD = (
    r"(?:as )?(?:confirmed|diagnosed|documented|demonstrated|shown|seen|verified|established|"
    r"proven|evidenced|identified|"
    r"detected|supported|assessed|determined|noted|indicated|visible|visualized|measured|defined|judged|recorded)"
    r" (?:by|on|in|via|through|with|using)(?: means of)?|on|by|based (?:up)?on|with (?:an? )?(?:documented )?positive|"
    r"with (?:radiographic|radiological|mri|imaging) (?:confirmation|evidence) of (?:nerve|neural|"
    r"root) compression using"
)
_BRACKET = r"\([^()]*\)"
_BY_EVIDENCE = re.compile(rf",? ?\b(?:{_LEAD}) (?P<by>(?:{_EVIDENCE}\b|{_BRACKET}|{_MARK})++)")
_ENDS = re.compile(r" ?(?:$|[,.;)]|(?:with|who|that|requiring|which|in whom|consistent|due|prior|before)\b)")
_LAST_MARK = re.compile(r"(?:^|(?:[,/&]|\band\b|\bor\b)(?: (?:or|and)\b)?)(?!.*(?:[,/&]|\band\b|\bor\b))")
_LEVEL = r"(?>[lst]-?\d(?: ?[-/] ?(?:[ls]-?)?\d)?(?:-[ls]-?\d)?)"
_COUNT = r"(?:(?:one|two|three|single|1|2|3|1-2|1-3)(?: (?:or|to|and) (?:one|two|three|more|2|3))?)"
_LEVELS = (
    rf"(?:{_LEVEL}|{_COUNT}|(?:adjacent|contiguous|lumbar|vertebral|intervertebral|any|levels?|segments?|discs?)\b)"
)
_AT_LEVELS = re.compile(
    rf",? ?\b(?:at|of|in|between|from|on) (?:the )?{_LEVELS}"
    rf"(?:(?:[ ,/-]|\bor\b|\band\b|\bto\b|\band / or\b)*+{_LEVELS})*"
    rf"(?: ?\({_LEVEL}[^()]*\))?(?: both)?(?![a-z0-9-])"
    r"(?! (?:spine|spinal|region|canal|column|area|dis[ck]s?|herni\w+|radicul\w+)\b)"
)
_BEHIND_DISCS = re.compile(
    rf"(?P<disc>herniation|prolapse|protrusion)s?(?: segments?)?(?: ?: ?| )"
    rf"{_LEVEL}(?:(?:[ ,/]|\bor\b|\band\b)++{_LEVEL})*+(?![a-z0-9-])"
)
_ONLY_LEVELS = re.compile(rf"{_LEVEL}(?:(?:[ ,/]|\bor\b|\band\b)++{_LEVEL})*+")
_AROUND = re.compile(r"(?:eg|for example|such as|aka|also called|also known as|this is|non|not|no|without)\b")
_NO_MATTER = re.compile(
    r"(?:, (?:with or without|regardless of|irrespective of) (?!.*, or\b)[^;]*$|"
    r" \b(?:with or without|with / without|regardless of|irrespective of) [^,;.()]*$)"
)
_DEFINITION = re.compile(r",? defined as [^\d;]*$")
_DIAGNOSES = re.compile(r" under (?:the )?diagnos[ei]s (?:as|of) [^;,]*$")
_IN_A_SPAN = re.compile(r"(?:(?<=therapy)|(?<=treatment)|(?<=care)) within a period of \d+ (?:weeks|months|years)\b")
_BEFORE_DISCS = re.compile(
    rf"\b{_LEVEL}(?:(?:[ ,/]|\bor\b|\band\b)++{_LEVEL})*+ (?=dis[ck]|herni|prolapse|lumbar|radicul)"
    r"(?P<rest>.*?)(?: or both)?\.?$"
)
_REWRITTEN = (
    (re.compile(r"\bat least (?=>)"), ""),
    (re.compile(r"\bbetween (?:the )?ages? of (?=>)"), "age "),
    (re.compile(r"\b(?:s ?/ ?he|he ?/ ?she)\b"), "he"),
    (re.compile(r"\b([a-z]{4,})(?:/s|\(s\))(?![a-z])"), r"\1s"),
    (re.compile(r"\. (?:an? )?[a-z -]{3,60} (?:is|are) defined as .*$"), ""),
    (re.compile(r"\b(\d+ days) prior (?:to )?(?:the )?study (?:inclusion|entry)"), r"within \1"),
    (
        re.compile(r",? and (?:may|can) be of (?:either|any) (?:gender|sex|race)(?: or (?:any|either) \w+)?(?=[.;]|$)"),
        "",
    ),
)
_NEGATIVE = re.compile(
    r"\b(?:no|not|non|without|absence|absent|free|never|nor|neither|cannot|unable|denies|deny|lack|none|negative)\b"
)
_MAY_BE = re.compile(r", (?:which |that )?may be (?:secondary to|due to|caused by|accompanied by) [^;.]*$")


_OBLIGED = re.compile(
    r"(?P<what>\b(?:able|willing|ability|willingness|agrees?) to (?:[a-z]+ )?(?:comply|participate|adhere)\b"
    r"[^.;:()]*?),? \(?(?:including|such as) (?P<rest>[^.;:()]*)\)?"
)


def _each_obliged(match: re.Match[str]) -> str:
    """Return what people must comply with, and each thing that it includes, as clauses of their own."""
    return f"{match['what']}; " + "; ".join(re.split(r", (?:and )?", match["rest"]))


_JOINING = re.compile(r" (?:combined|together|along) with\b| accompanied by\b")


def rewritten(text: str) -> str:
    """Return a lowered criterion in the common form of what it says, without its label and examples in brackets.

    >>> rewritten("age: between the ages of >= 22 and <= 70")
    'age >= 22 and <= 70'
    """
    text = _without_brackets(text)
    for pattern, put in _REWRITTEN:
        text = pattern.sub(put, text)
    return without_label(_OBLIGED.sub(_each_obliged, text))


def without_asides(text: str) -> str:
    """Return a lowered inclusion without the words that say how something was found, at which level, or with what.

    What speaks of something absent stays as it is, since there such words let in more people.

    >>> without_asides("disc herniation confirmed by mri or ct")
    'disc herniation'
    >>> without_asides("disc herniation confirmed by mri or spinal stenosis")
    'disc herniation or spinal stenosis'
    """
    if _NEGATIVE.search(_NO_MATTER.sub("", text)):
        return text
    text = _BEFORE_DISCS.sub(r"\g<rest>", text)
    text = _BEHIND_DISCS.sub(r"\g<disc>", _BY_EVIDENCE.sub(_beyond_evidence, text))
    for pattern in (_AT_LEVELS, _MAY_BE, _NO_MATTER, _DEFINITION, _DIAGNOSES, _IN_A_SPAN):
        text = pattern.sub("", text)
    return " ".join(_JOINING.sub(" with", text).split())


def _beyond_evidence(match: re.Match[str]) -> str:
    """Return what of a match is no evidence: its last words, where they begin what stands behind them."""
    said = match["by"].rstrip()
    if _ENDS.match(match.string, match.end("by")) and not said.endswith(("and", "or", ",", "/", "&")):
        return " " if match["by"].endswith(" ") else ""
    last = _LAST_MARK.search(said)
    rest = said[last.start() :] if last and last.start() > 0 else match[0]
    return f" {rest.lstrip()} " if rest is not match[0] else match[0]


def _without_brackets(text: str) -> str:
    """Return a text without brackets that hold examples or the first letters of the words before them."""

    def kept(match: re.Match[str]) -> str:
        inside = match[0][1:-1].strip()
        is_aside = _AROUND.match(inside) or _ONLY_LEVELS.fullmatch(inside) or _is_narrower(inside)
        return "" if is_aside or _is_initials(inside, text[: match.start()]) else match[0]

    return re.sub(_BRACKET, kept, text)


def _is_narrower(inside: str) -> bool:
    return english.FRAMES.get(tuple(pieces(inside))) is Frame.NARROWER


def _is_initials(short: str, before: str) -> bool:
    """Whether a bracket holds the first letters of the words before it: "numeric rating scale (nrs)"."""
    words = pieces(before)[-len(short) :] if short.isalpha() else []
    return bool(words) and "".join(word[0] for word in words) == short


_LABEL = re.compile(
    r"(?:(?:level|type|kind|location|duration|severity|intensity|diagnosis|symptoms?|pain|clinical|"
    r"language|treatments?|"
    r"age|sex|gender|imaging|criteria|condition|status|main|primary|etiology|consent|of|the)"
    r" ?){1,4}(?::| - ) *"
)


def without_label(text: str) -> str:
    """Return a lowered criterion without the label that names its subject.

    >>> without_label("level of pain - mild low back pain")
    'mild low back pain'
    """
    return _LABEL.sub("", text, count=1) if _LABEL.match(text) else text


_CLAUSE = re.compile(
    r"(?:; |\. |, and |,? and (?=(?:must|should|has|have|having|are|is|be|who|able|willing|agree|agrees|in whom|"
    r"capable|need|requires?|no|not|undergoing|the patient|the subject)\b)|"
    r", (?=(?:who|with an?|and|able|capable|willing) )|,? (?=despite )|"
    r"(?:(?<=patients)|(?<=subjects)|(?<=adults)) (?=who (?:has|have|are|is)\b))"
)
_UNSAFE = re.compile(
    r"\b(?:if|unless|except|excluding|but|however|although|may|might|permitted|allowed|acceptable|either|otherwise|"
    r"controls?|group|cohort|arm|can|eligible|included?|includes|enrolled|partners?|caregivers?|parents?|guardians?|"
    r"family|relatives?|spouses?|child|children|donors?|representative|only if|regardless|some|those|other than|"
    r"or (?:has|have|is|are|who|with|must|be|able|an?)|at least (?:one|two|1|2|3) of|"
    r"(?:any|one) of (?:the )?(?:following|these)|"
    r"(?:wom[ae]n|m[ae]n|females?|males?) (?:who|of|with|must|should|are|is|not|less))\b"
)
_ALTERNATIVE = re.compile(r"(?:or|nor|and / or|both|other)\b")


def clauses(text: str) -> tuple[str, ...]:
    """Return the clauses of a lowered inclusion each of which is demanded, or none where that is not sure.

    >>> clauses("in good health, and have a bmi < 30")
    ('in good health', 'have a bmi < 30')
    >>> clauses("aged 18 to 65, and older patients may be included")
    ()
    """
    parts = tuple(part.strip(" ,.;") for part in _CLAUSE.split(_outside_brackets(text)))
    if _UNSAFE.search(text) or any(_ALTERNATIVE.match(part) for part in parts):
        return ()
    return tuple(part for part in parts if part)


def _outside_brackets(text: str) -> str:
    return re.sub(_BRACKET, lambda match: re.sub(r"[;.]|, | and | who ", " ", match[0]), text)
