"""The words of a registry made into a sentence to a visitor, by fixed rules; a draft that its author looks at.

What does not begin like a statement about a person is told as what the study team checks, so that every text is a
sentence. Nothing is promised, and nothing is left out.
"""

import re

from prescreen.eligibility.wording.glossary import made_plain
from prescreen.eligibility.wording.sentences import lowered, sentence

_MOST = 400
_PEOPLE = (
    r"(?:the |all |any |adult |male |female |elderly |pediatric |eligible |study |potential )*"
    r"(?:patients?|subjects?|participants?|volunteers?|individuals?|persons?|people|candidates?|those|he or she|they|he|she)"
)
_MUST = r"(?: must| should| will| shall| needs? to| are required to| is required to)?"


def _begins(*rows: tuple[str, str]) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(pattern, re.IGNORECASE), instead) for pattern, instead in rows)


_ABOUT_PEOPLE = _begins(
    (rf"{_PEOPLE}(?:,)?(?: who)?{_MUST} (?:be|is|are|were|was|being)\b(?: considered)?", "you are"),
    (rf"{_PEOPLE}(?: who)?{_MUST} (?:have|has) had\b", "you have had"),
    (rf"{_PEOPLE}(?: who)?{_MUST} (?:have|has|having|had|with|present with|presenting with|suffering from)\b", "you have"),
    (rf"{_PEOPLE}(?: who| that)?(?P<verb> (?:must|should|cannot|can|will|would|may|do not|does not|did not))\b", "you\\g<verb>"),
    (rf"{_PEOPLE}(?: who| that)?(?: currently)?(?P<verb> (?:take|use|receive|smoke|report|need|require|plan|wish|agree|understand|drink|live|work|participate))s?\b", "you\\g<verb>"),
    (rf"{_PEOPLE}(?: currently)?(?= (?:receiving|taking|using|undergoing|aged|willing|unwilling|able|unable|scheduled|participating|treated|diagnosed|younger|older|under|over|between)\b)", "you are"),
)  # fmt: skip
_CONSENT = re.compile(
    r"(?:(?:signed|written|provided|provides?|giving|gives?|voluntar\w+|has|have|and|an?|the|your|able|willing|you|are|to|give|provide|sign|patient|subject|must|freely|obtained|ability)\W+)*informed consent\b.{0,60}",
    re.IGNORECASE,
)  # fmt: skip
_OPENINGS = _begins(
    (r"pregnan(?:t|cy)(?:,| or| and|/)+ ?(?:currently )?breast-feeding(?: women| females| mothers)?$", "you are pregnant or breast-feeding"),
    (r"(?:women who are |female )?pregnan(?:t|cy)(?: women| females| patients)?$", "you are pregnant"),
    (r"(?:women|females?|men|males?)(?: subjects?| patients?)? who are\b", "you are"),
    (r"(?:a |any |known |documented |past |personal |medical |prior |previous )*history of\b", "you have had"),
    (r"(?:previous|prior|past|earlier)(?: or current)?\b", "you have had"),
    (r"(?:the )?(?:presence|evidence|existence|occurrence) of\b", "you have"),
    (r"(?:absence of|no(?: known)?(?: history of)?|without)\b", "you have no"),
    (r"(?:an? )?inability to\b", "you are not able to"),
    (r"(?:the )?ability to\b", "you are able to"),
    (r"(?:a )?willingness to\b", "you are willing to"),
    (r"(?:an? )?unwillingness to\b", "you are not willing to"),
    (r"(?:the )?(?:current |chronic |regular |long-term |daily |ongoing )*use of\b", "you use"),
    (r"(?:current |ongoing )?treatment with\b", "you are treated with"),
    (r"(?=(?:currently |not |unable|able|willing|unwilling|pregnant\b|breast-feeding|taking\b|receiving\b|using\b|undergoing\b|participating\b|smoking\b|scheduled\b|aged\b|diagnosed\b|treated\b|enrolled\b|planning\b|under\b|fluent|capable|incapable|dependent|allergic|unlikely|likely|available|male\b|female\b))", "you are "),
    (r"(?:has|have|having) (?:had|been|received|undergone|failed|tried|completed|not)\b(?P<rest>)", "you have "),
    (r"(?:has|have|having)\b", "you have"),
    (r"(?:is|are|be|being)\b", "you are"),
    (r"(?=(?:must|cannot|can|should|will|do not|did not)\b)", "you "),
    (r"(?P<verb>speaks?|reads?|understands?|agrees?|uses?|takes?|requires?|needs?|plans?)\b", "you \\g<verb>"),
    (r"(?:body mass index|BMI)(?: \(BMI\))?(?: is| of)?(?= (?:at|more|less|over|under|between|above|below|\d))", "your body mass index is"),
    (r"ages?(?: range| is| of)?:?(?= (?:at|more|less|over|under|between|from|above|below)|.?\d)", "your age is"),
    (r"(?=you\b|your\b)", ""),
)  # fmt: skip
_ILLNESS = re.compile(
    r"\b(?:\w+(?:itis|osis|oma|omas|pathy|pathies|emia|aemia|plegia|algia|trophy|lysis|listhesis)"
    r"|diseases?|disorders?|syndromes?|cancers?|tumou?rs?|infections?|pain|broken bones?|failure|insufficiency|abuse|"
    r"depression|anxiety|diabetes|high blood pressure|injury|injuries|deficits?|deformity|deformities|allergy|allergies|"
    r"intolerance|a reason against|reasons against|symptoms?|claustrophobia|epilepsy|seizures?|stroke|asthma|COPD|HIV|"
    r"implants?|pacemakers?|weakness|numbness|instability|addiction|dependence|slipped disc|heart attack|illness|illnesses|"
    r"pressed nerve|conditions?|abnormalit\w+|lesions?|dementia|bleeding|trouble)\b",
    re.IGNORECASE,
)
_FINITE = re.compile(
    r"\b(?:is|are|was|were|must|should|shall|will|would|has|had|can|may|be|been|does|do|did)\b", re.IGNORECASE
)
_INNER = _begins(
    (r"\b(?:his or her|his/her|her/his|his|the (?:patient|subject|participant|person|individual)'?s'?|(?:patient|subject|participant)s?'s?)(?= )", "your"),
    (r"\b(?:he or she|he/she|s/he|the (?:patient|subject|participant|person|individual)s?|(?:patients|subjects|participants))\b", "you"),
    (r"\byou (?:has)\b", "you have"),
    (r"\byou (?:is)\b", "you are"),
    (r"\byou (?:was)\b", "you were"),
    (r"\byou does\b", "you do"),
    (r"\bstudy you\b", "people in the study"),
)  # fmt: skip
_THIRD = re.compile(r"\byou (speak|read|understand|agree|use|take|require|need|plan|receive|smoke|report|live|work)s\b")
_TAILS = re.compile(r"[\s.;,:]+$|\s*[;,]?\s+(?:and|or)$")


def plain_sentence(text: str) -> str:
    """Return the words of a criterion as one sentence to a visitor.

    >>> plain_sentence("Patients with a known malignancy")
    'You have a known cancer.'
    >>> plain_sentence("Signed informed consent")
    'You agree to take part, and you sign a form that says so.'
    >>> plain_sentence("Cobb angle 15")
    'The study team checks this: Cobb angle 15.'
    """
    words = _TAILS.sub("", _TAILS.sub("", " ".join(text.split())))
    if _CONSENT.fullmatch(words):
        return "You agree to take part, and you sign a form that says so."
    return sentence(_cut(_clause(made_plain(words))))


def _clause(words: str) -> str:
    for pattern, instead in _ABOUT_PEOPLE:
        if found := pattern.match(words):
            return _to_you(found.expand(instead) + words[found.end() :])
    for pattern, instead in _OPENINGS:
        if found := pattern.match(words):
            rest = words[found.end() :] if found.end() else lowered(words)
            return _to_you(f"{found.expand(instead).rstrip() if rest.startswith(' ') else found.expand(instead)}{rest}")
    if _ILLNESS.search(words) and not _FINITE.search(words) and words[0].isalpha():
        return _to_you(f"you have {lowered(words)}")
    return f"the study team checks this: {words}"


def _to_you(clause: str) -> str:
    for pattern, instead in _INNER:
        clause = pattern.sub(instead, clause)
    return " ".join(_THIRD.sub(r"you \1", clause).split())


def _cut(clause: str) -> str:
    """Return a clause of a length that people read; what follows stands in the quote of the record."""
    if len(clause) <= _MOST:
        return clause
    kept = clause[:_MOST].rpartition(" ")[0] or clause[:_MOST]
    return f"{kept.rstrip(' ,;:.')} ..."
