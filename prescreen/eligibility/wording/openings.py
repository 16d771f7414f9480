"""How criteria begin, and how the same is said to a visitor: patterns that are tried in their order.

Patterns stand for words that were made plain; each ends at a word. What follows an opening stays as it is.
"""

import re

_PEOPLE = (
    r"(?:the |all |any |both |and |or |adult |healthy |males? |females? |men |women |elderly |pediatric |study )*"
    r"(?:patients?|subjects?|participants?|volunteers?|individuals?|persons?|people|candidates?|men|women|males|females|"
    r"adults|those|he or she|they|he|she)"
)
_MUST = r"(?: must| should| will| shall| needs? to| are required to| is required to)?"
_DOING = (
    "receiving|taking|using|undergoing|aged|willing|unwilling|able|unable|scheduled|participating|treated|diagnosed|"
    "younger|older|under|over|between"
)
_VERBS = "take|use|receive|smoke|report|need|require|plan|wish|agree|understand|drink|live|work|participate|speak|read"
_STATES = (
    "currently |not (?=able|willing|pregnant|taking|receiving|currently|using)|unable|able|willing|unwilling|"
    r"(?:pregnant|breast-feeding)\b(?! (?:and breast-feeding )?(?:women|females|mothers|patients)\b)|"
    "taking\\b|receiving\\b|using\\b|undergoing\\b|participating\\b|smoking\\b|"
    "scheduled\\b|aged\\b|diagnosed(?= (?:with|as|by|in)\\b)|treated\\b|enrolled\\b|planning\\b|"
    "under\\b|fluent|capable|incapable|"
    "dependent|allergic(?= to\\b)|unlikely|likely|available"
)
_LIMITED = "(?= (?:at|more|less|over|under|between|from|above|below)\\b|.?\\d)"

Opening = tuple[re.Pattern[str], str]


def _openings(*rows: tuple[str, str]) -> tuple[Opening, ...]:
    return tuple((re.compile(pattern, re.IGNORECASE), instead) for pattern, instead in rows)


ABOUT_PEOPLE = _openings(
    (rf"{_PEOPLE},?(?: who)?{_MUST} (?:be|is|are|were|was|being)\b", "you are"),
    (rf"{_PEOPLE}(?: who)?{_MUST} (?:have|has) had\b", "you have had"),
    (rf"{_PEOPLE}(?: who)?{_MUST} (?:have|has|having|had|with|present(?:ing)? with|suffering from)\b", "you have"),
    (
        rf"{_PEOPLE}(?: who| that)?(?P<verb> (?:must|should|cannot|can|will|would|may|do not|did not))\b",
        r"you\g<verb>",
    ),
    (rf"{_PEOPLE}(?: who| that)?(?: currently)?(?P<verb> (?:{_VERBS}))s?\b", r"you\g<verb>"),
    (rf"{_PEOPLE}(?: who are| currently)?(?= (?:{_DOING})\b)", "you are"),
)
"""Openings that name the person; what follows tells what they are, have or do."""

OPENINGS = _openings(
    (
        r"pregnan(?:t|cy)(?:,| or| and|/)+ ?(?:currently )?breast-feeding(?: women| females| mothers)?$",
        "you are pregnant or breast-feeding",
    ),
    (r"(?:women who are |female )?pregnan(?:t|cy)(?: women| females| patients)?$", "you are pregnant"),
    (r"(?:women|females?|men|males?)(?: subjects?| patients?)? who are\b", "you are"),
    (r"(?:a |any |known |documented |past |personal |medical |prior |previous )*history of\b", "you have had"),
    (r"(?:previous|prior|past|earlier)(?: or current)?\b", "you have had"),
    (r"(?:the )?(?:presence|evidence|existence|occurrence) of\b", "you have"),
    (r"(?:no|without)(?: (?:current|prior|previous|regular|concomitant|concurrent|other))? use of\b", "you do not use"),
    (r"(?:absence of|no(?: known)?(?: history of)?|without)\b", "you have no"),
    (r"(?:an? )?inability to\b", "you are not able to"),
    (r"(?:the )?ability to\b", "you are able to"),
    (r"(?:a )?willingness to\b", "you are willing to"),
    (r"(?:an? )?unwillingness to\b", "you are not willing to"),
    (r"(?:the )?(?:current |chronic |regular |long-term |daily |ongoing )*use of\b", "you use"),
    (r"(?:current |ongoing )?treatment with\b", "you are treated with"),
    (rf"(?={_STATES})", "you are "),
    (r"(?:has|have|having)\b", "you have"),
    (r"(?:is|are|be|being)\b", "you are"),
    (r"(?=(?:must|cannot|can|should|will|do not|did not)\b)", "you "),
    (
        r"(?P<verb>speak|read|understand|agree|use|take|require|need|plan|show|demonstrate|endorse|experience|report)s?\b",
        r"you \g<verb>",
    ),
    (rf"(?:body mass index|BMI)(?: \(BMI\))?(?: is| of)?{_LIMITED}", "your body mass index is"),
    (rf"ages?(?: range| is| of)?:?{_LIMITED}", "your age is"),
    (r"(?=you\b|your\b)", ""),
)
"""Openings that leave the person out."""

CONSENT = re.compile(
    r"(?:(?:signed|written|provided|provides?|giving|gives?|voluntar\w+|has|have|and|an?|the|your|able|willing|are|to|give"
    r"|provide|sign|patients?|subjects?|participants?|must|freely|obtained|ability)\W+)*informed consent\b.{0,60}",
    re.IGNORECASE,
)
"""A criterion that asks for consent and nothing else."""

_ENDINGS = (
    "itis",
    "osis",
    "oma",
    "omas",
    "pathy",
    "pathies",
    "emia",
    "aemia",
    "plegia",
    "algia",
    "trophy",
    "listhesis",
)
# fmt: off
_ILLS = frozenset({
    "abnormalities", "abnormality", "abuse", "addiction", "allergies", "allergy", "anxiety", "asthma", "bleeding",
    "bone", "bones", "cancer", "cancers", "claustrophobia", "condition", "conditions", "copd", "deficit",
    "deficits", "deformities", "deformity", "dementia", "dependence", "depression", "diabetes", "disc", "disease",
    "diseases", "disorder", "disorders", "epilepsy", "failure", "hiv", "illness", "illnesses", "implant",
    "implants", "infection", "infections", "injuries", "injury", "instability", "insufficiency", "intolerance",
    "lesion", "lesions", "nerve", "numbness", "pacemaker", "pacemakers", "pain", "reason", "reasons", "seizure",
    "seizures", "stroke", "symptom", "symptoms", "syndrome", "syndromes", "trouble", "tumor", "tumors", "tumour",
    "tumours", "weakness",
})
# fmt: on
_LETTERS = re.compile("[a-z]+")


def is_of_illness(words: str) -> bool:
    """Whether words name something that a person can have, such as an illness.

    >>> is_of_illness("Severe osteoarthritis"), is_of_illness("Cobb angle")
    (True, False)
    """
    return any(word in _ILLS or word.endswith(_ENDINGS) for word in _LETTERS.findall(words.lower()))


FINITE = re.compile(
    r"\b(?:is|are|was|were|must|should|shall|will|would|has|had|can|may|be|been|does|do|did)\b", re.IGNORECASE
)
"""Words that make a sentence of its own, so that nothing can be put before it."""

_PERSON = "patient|subject|participant"
WITHIN = _openings(
    (rf"\bthe (?P<what>\w+) of (?:the|their) (?:{_PERSON})s?\b(?!')", r"your \g<what>"),
    (
        rf"\b(?:his or her|his/her|her/his|his|the (?:{_PERSON}|person|individual)'?s'?|(?:{_PERSON})s?'s?)(?= )",
        "your",
    ),
    (rf"\b(?:he or she|he/she|s/he|she|he|the (?:{_PERSON}|person|individual)s?)\b", "you"),
    (rf"\b(?P<before>if|when|that|because|unless|where) (?:{_PERSON})s\b", r"\g<before> you"),
    (r"\byou has\b", "you have"),
    (r"\byou is\b", "you are"),
    (r"\byou was\b", "you were"),
    (r"\byou does\b", "you do"),
    (
        r"\byou (speak|read|understand|agree|use|take|require|need|plan|receive|smoke|report|live|work|want)s\b",
        r"you \1",
    ),
    (r"\byou wishes\b", "you wish"),
)
"""What stands for the person within a sentence, and the verbs that go with it."""

_SAID_OF_PEOPLE = ("agree", "need", "own", "plan", "receive", "require", "smoke", "speak", "take", "understand", "use")
_PLAIN_FORMS = {"has": "have", "is": "are", "was": "were", "does": "do"}
_PLAIN_FORMS |= {f"{verb}s": verb for verb in (*_SAID_OF_PEOPLE, "weigh")}
_NO_CLAUSE_BEFORE = r"^(?P<before>you (?:(?!\b(?:that|which|who|whose|whom|if|when|it)\b).)*?(?:\b(?:and|or|but)|,)),?"
AGREEING = _openings(
    (r"\bthemselves\b", "yourself"),
    (r"\btheir (?=(?:smart)?phone|own\b|clinician|doctor|physician|participation|consent|daily|smartphone)", "your "),
    (r"^you have diagnosed (?=\w)", "you have "),
    (
        r"^(?P<before>you have .*\b(?:and|or)) "
        r"(?P<state>(?:currently|already) (?:enrolled|taking|receiving|using|on)\b)",
        r"\g<before> are \g<state>",
    ),
    (r"^you have(?: had)? (?:an? )?presence of\b", "you have"),
    (r"^you have had (?:an? )?use of\b", "you have used"),
    (r"\b(?P<joint>and|or|but),? who (?:is|are)\b", r"\g<joint> you are"),
    (r"\b(?P<joint>and|or|but),? who (?:has|have)\b", r"\g<joint> you have"),
    (r"\b(?P<joint>and|or|but),? who (?P<verb>do not|cannot|can|will|take|use)\b", r"\g<joint> you \g<verb>"),
)
"""What is said of the person within a sentence to them, in the form that goes with "you"."""

_AFTER_A_JOINT = (
    *((verb, rf"{verb}\b", plain) for verb, plain in _PLAIN_FORMS.items()),
    ("having", r"having\b", "have"),
    ("being", r"being (?=\w+ed\b)", "are "),
)
VERBS_AGREEING = {
    verb: (re.compile(f"{_NO_CLAUSE_BEFORE} {pattern}", re.IGNORECASE), rf"\g<before> {instead}")
    for verb, pattern, instead in _AFTER_A_JOINT
}
"""Verbs after "and" and "or" that are said of the person too, with their pattern and what to say instead.

The patterns look far back, so they are for sentences that have the verb.
"""

PERSONS = frozenset(
    {
        "his",
        "her",
        "he",
        "she",
        *(f"{one}{s}" for one in (*_PERSON.split("|"), "person", "individual") for s in ("", "s")),
    }
)
"""The words without one of which nothing stands for the person within a sentence."""
