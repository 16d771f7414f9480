"""How English criteria are put together: words around terms, and what each does to the meaning of a term.

The lists are closed: a word that is in none of them, and in no term, makes its part of the sentence unknown.
"""

from collections.abc import Mapping
from enum import Enum

from prescreen.eligibility.interpretation.words import pieces


class Frame(Enum):
    """What words before a term do to its meaning."""

    NOTHING = "nothing"
    EVER = "ever"
    NOW = "now"
    NOT = "not"
    TAKEN = "taken"
    FEMALE = "female"
    MALE = "male"
    WIDER = "wider"
    NARROWER = "narrower"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_PERSONS = _words(
    "inpatient outpatient patient subject participant individual people person volunteer those adult candidate "
    "respondent case one"
)
_PERSON_WORDS = frozenset([*_PERSONS, *(f"{one}s" for one in _PERSONS)])
PERSONS = _PERSON_WORDS | {"women", "woman", "females", "men", "males", "female", "male"}
"""Words for the people that a criterion is about."""

_BEFORE: dict[Frame, tuple[str, ...]] = {
    Frame.NOTHING: (
        *sorted(_PERSON_WORDS),
        *("the patient", "the subject", "the participant", "he", "she", "he / she", "they", "all", "all patients"),
        *("a", "an", "the", "any", "any of", "any kind of", "any type of", "any form of", "all forms of", "some"),
        *("who", "that", "which", "whose", "with", "having", "have", "has", "is", "are", "was", "were", "be", "being"),
        *("must", "must have", "must be", "should", "should have", "should be", "will", "will be", "can", "may be"),
        *("known", "documented", "confirmed", "established", "diagnosed", "diagnosed with", "diagnosed as"),
        *("diagnosis of", "a diagnosis of", "clinical diagnosis of", "medical diagnosis of", "has a diagnosis of"),
        *("confirmed diagnosis of", "diagnosis with", "established diagnosis of", "known diagnosis of"),
        *("presence of", "the presence of", "existence of", "evidence of", "clinical evidence of"),
        *("suffering from", "suffer from", "suffers from", "presenting with", "presents with", "presented with"),
        *("affected by", "affected with", "experiencing", "experience", "reporting", "report", "complaining of"),
        *("complaints of", "complaint of", "self reported", "self report of", "reports", "experiences", "presenting"),
        *("both", "either", "either of", "one of", "other", "also", "there is", "there are"),
        *("male or female", "male and female", "males and females", "males or females", "men and women"),
        *("men or women", "both genders", "both sexes", "of both sexes", "of both genders", "of either sex"),
        *("either gender", "any gender", "female or male", "female and male", "women and men", "females and males"),
        *("male / female", "both male and female", "both men and women", "gender", "of any gender", "both gender"),
        *("the following", "a condition of", "condition of", "been", "been diagnosed with", "being in", "to be"),
        *("patients diagnosed with", "preexisting", "pre existing", "existing", "personal", "clinical", "medical"),
        *("documented diagnosis of", "eligible", "outpatients", "case of", "cases of", "is a", "clinically"),
        *("subject has", "patient has", "patient is", "subject is", "has been diagnosed with", "were diagnosed with"),
        *("have been diagnosed with", "previously diagnosed with", "underlying", "co existing", "coexisting"),
        *("comorbid", "associated", "subjects with", "patients with", "patients who", "subjects who", "of"),
    ),
    Frame.EVER: (
        *("history of", "a history of", "history", "past history of", "medical history of", "past medical history of"),
        *("prior", "previous", "previously", "past", "prior history of", "previous history of", "had", "has had"),
        *("have had", "ever had", "has ever had", "have ever had", "known history of", "any history of", "former"),
        *("personal history of", "documented history of", "clinical history of", "positive history of", "ever"),
        *("underwent", "undergone", "has undergone", "have undergone", "has received", "have received", "received"),
        *("history or presence of", "past or present", "past or current", "current or past", "current or previous"),
        *("history or current", "current or history of", "previous or current", "current or prior", "prior or current"),
        *("past or present history of", "with history of", "with a history of", "has a history of", "having had"),
        *("current or past history of", "lifetime history of", "with previous", "who had", "present or past"),
        *("participated in", "has participated in", "have participated in", "had participated in"),
        *("presence or history of", "having undergone", "having received", "presence of or history of"),
        *("current or previous history of", "history of or current", "history of current or past", "history for"),
    ),
    Frame.NOW: (
        *("current", "currently", "present", "presently", "ongoing", "concurrent", "concomitant", "now", "actual"),
        *("actually", "active or", "is currently", "are currently", "at present", "concurrently", "simultaneous"),
    ),
    Frame.NOT: (
        *("no", "not", "without", "without any", "absence of", "the absence of", "lack of", "free of", "free from"),
        *("does not have", "do not have", "not having", "no evidence of", "never"),
        *("has not", "have not", "must not", "must not have", "must not be", "non"),
        *("has no", "have no", "having no", "is not", "are not", "not be", "no known", "denies", "should not have"),
        *(
            "should not be",
            "no presence of",
            "no prior",
            "no previous",
            "no past",
            "no current",
            "with no",
            "who has no",
        ),
        *("who have no", "no other", "not have", "was not"),
        *("no signs of", "did not"),
        *("no sign of", "absence of any", "with absence of", "nor"),
    ),
    Frame.TAKEN: (
        *("use of", "current use of", "usage of", "taking", "takes", "take", "using", "uses", "on", "receiving"),
        *("treatment with", "treated with", "currently taking", "currently using", "currently receiving", "under"),
        *("therapy with", "being treated with", "intake of", "consumption of", "regular use of", "daily use of"),
        *("are taking", "is taking", "patients on", "patients taking", "who take", "receives", "receive", "undergoing"),
        *("ongoing treatment with", "concomitant use of", "concurrent use of", "concomitant treatment with"),
        *("participating in", "participation in", "participate in", "enrolled in", "enrollment in", "taking part in"),
        *("involved in", "involvement in", "engaged in", "enrolled into", "currently enrolled in", "is involved in"),
        *("currently involved in", "currently participating in", "are involved in", "is participating in", "in"),
        *("took", "who took", "taken", "has taken", "have taken", "had taken", "who have taken", "has been taking"),
        *("currently on", "who are taking", "who use", "current treatment with", "current", "users of", "currently"),
    ),
    Frame.FEMALE: ("women", "woman", "female", "females", "female patients", "female subjects", "female participants"),
    Frame.MALE: ("men", "man", "male", "males", "male patients", "male subjects", "male participants"),
    Frame.WIDER: (
        *("suspected", "suspicion of", "possible", "probable", "presumed", "known or suspected", "suspected or known"),
        *("suspected or confirmed", "confirmed or suspected", "potential", "possibility of", "likely", "suspect"),
        *("current or future", "current or planned", "present or future"),
        *("known or possible", "suspicion for", "possibly", "documented or suspected", "signs of", "symptoms of"),
        *(
            "clinical symptoms of",
            "signs or symptoms of",
            "signs and symptoms of",
            "problems with",
            "clinical signs of",
        ),
    ),
    Frame.NARROWER: (
        *("chronic", "acute", "subacute", "sub acute", "severe", "moderate", "mild", "persistent", "intractable"),
        *("symptomatic", "significant", "clinically significant", "unilateral", "bilateral", "single", "single level"),
        *("one level", "two level", "degenerative", "refractory", "recurrent", "primary", "mechanical"),
        *("nonspecific", "non specific", "unspecific", "stable", "unstable", "isolated", "typical", "contained"),
        *("posterolateral", "paracentral", "large", "small", "localized", "radiating", "major", "main", "predominant"),
        *("disabling", "uncontrolled", "poorly controlled", "controlled", "serious", "active", "recent", "recently"),
        *("new", "first", "untreated", "systemic", "local", "inflammatory", "infectious", "traumatic", "congenital"),
        *("acquired", "progressive", "advanced", "end stage", "concomitant severe"),
        *("moderate to severe", "mild to moderate", "mild or moderate", "moderate or severe", "severe or chronic"),
        *("acute or chronic", "chronic or acute", "subacute or chronic", "sub acute or chronic", "acute or subacute"),
        *("long term", "longterm", "regular", "daily", "continuous", "high dose", "oral", "intravenous", "multiple"),
        *("multilevel", "central", "lateral", "foraminal", "extraforaminal", "extruded", "protruded", "sequestered"),
        *("painful", "constant", "intermittent", "frequent", "repeated", "concordant", "low grade", "high grade"),
        *("insulin dependent", "unresolved", "relevant", "extensive", "obvious", "overt", "marked", "important"),
        *("specific", "idiopathic", "neurogenic", "radiologically confirmed", "excessive"),
        *("posterior", "posterior or posterolateral", "contained or noncontained", "contained or non contained"),
        *("of childbearing potential", "of child bearing potential", "of childbearing age", "of child bearing age"),
        *("early", "early to moderate", "skeletally mature", "skeletally mature male or female"),
        *("mri evidence of", "mri findings of", "radiological evidence of", "radiographic evidence of"),
        *("radiologically diagnosed with", "mri documented", "imaging evidence of", "radiographically confirmed"),
        *("mri confirmed", "mri proven", "mri verified", "mri documented", "ct confirmed", "radiographic"),
    ),
}

FRAMES: dict[tuple[str, ...], Frame] = {
    tuple(pieces(words)): frame for frame, several in reversed(_BEFORE.items()) for words in several
}
"""What stands before terms, and what it does to them."""
LONGEST_FRAME = max(map(len, FRAMES))
BY_FIRST: dict[str, tuple[int, ...]] = {}
for _phrase in FRAMES:
    BY_FIRST[_phrase[0]] = tuple(sorted({*BY_FIRST.get(_phrase[0], ()), len(_phrase)}, reverse=True))


Phrases = Mapping[str, tuple[tuple[str, ...], ...]]
"""Phrases by their first word: for each the words after it, the longest first."""


def _table(*several: str) -> Phrases:
    table: dict[str, set[tuple[str, ...]]] = {}
    for first, *rest in (pieces(words) for words in several):
        table.setdefault(first, set()).add(tuple(rest))
    return {first: tuple(sorted(rests, key=len, reverse=True)) for first, rests in table.items()}


LIMIT_LEADS = _table(
    *("for", "of", "is", "was", "lasting", "lasts", "lasted", "with a duration of", "with duration of", "duration of"),
    *("duration", "of duration", "in duration", "with duration", "for a duration of", "for a period of", "persisting"),
    *("for a minimum of", "persisting for", "persistent for", "present for", "that has lasted", "that has lasted for"),
    *("which has lasted", "that has been present for", "has been present for", "must have been present for", "since"),
    *("have been present for", "lasting for", "being present for", "that lasts", "that persists for", "having lasted"),
    *(
        "continuing for",
        "existing for",
        "which has lasted for",
        "for a duration",
        "whose duration is",
        "whose duration",
    ),
    *("score of", "score", "scores of", "scores", "rating of", "intensity of", "intensity", "level of", "rated", "="),
    *("rated at", "scored", "with a score of", "with score of", "with an intensity of", "with intensity of", ":"),
    *("with a pain score of", "with", "must be", "should be", "being", "equal to", "value of", "a score of", "are"),
    *("persisted for", "has persisted for", "that has persisted for", "continuously for", "ongoing for", "and of"),
    *("with a vas of", "with vas", "with an nrs of", "on the vas", "on vas", "on the nrs", "on nrs", "on a vas of"),
    *("over", "in the last", "onset", "onset of", "with onset", "with symptoms for", "with symptoms lasting"),
    *("on the visual analog scale", "on visual analog scale", "on the numeric rating scale", "( vas )", "( nrs )"),
    *("with a mean duration of", "and duration of", "existing since", "from", "in the age of", "range", "between"),
)
"""What may stand between a term and its number."""

LIMIT_TAILS = _table(
    *("duration", "in duration", "of duration", "of symptoms duration", "at baseline", "at screening", "at inclusion"),
    *("at enrollment", "at study entry", "at the time of enrollment", "at the time of inclusion", "on vas", "on nrs"),
    *("on the vas", "on the nrs", "on visual analog scale", "on the visual analog scale", "on a visual analog scale"),
    *("on a numeric rating scale", "on the numeric rating scale", "on the numerical rating scale", "old", "of age"),
    *("on a numerical rating scale", "on numeric rating scale", "on numerical pain rating scale", "in vas", "in nrs"),
    *("on numeric pain rating scale", "on the numeric pain rating scale", "( vas )", "( nrs )", "( nprs )", "vas"),
    *("nrs", "prior to screening", "prior to enrollment", "prior to inclusion", "before enrollment", "history", "pain"),
    *("before inclusion", "before screening", "at the screening visit", "at visit 1", "points", "score", "inclusive"),
    *("prior to study entry", "before study entry", "prior to the study", "at the time of screening", "at consent"),
    *("at the time of consent", "at time of enrollment", "at time of consent", "at the time of study entry", "or more"),
    *("on the day of inclusion", "at the start of the study", "at study start", "at study inclusion", "previously"),
    *("of symptoms", "prior to screening visit", "prior to baseline", "before baseline", "at randomization"),
)
"""What may follow a number and add nothing."""

NEUTRAL_TAILS = _table(
    *("at baseline", "at screening", "at inclusion", "at enrollment", "at study entry", "at the time of enrollment"),
    *("at the time of inclusion", "at the time of screening", "at the time of study entry", "at time of enrollment"),
    *("currently", "at present", "at the moment", "present", "of any kind", "of any type", "of any cause", "now"),
    *("of any origin", "of any etiology", "disease", "at the time of the study", "at the time of recruitment"),
    *("at time of screening", "at the time of consent", "at entry", "at randomization", "during the study", "etc"),
    *("at all", "in the patient", "by history", "by self report", "are excluded", "is excluded"),
    *("will be excluded", "were excluded", "are included", "will be included", "were included", "excluded"),
    *("are not eligible", "included", "with or without radiation", "in the present", "is present", "are present"),
    *("during study participation", "at enrolment", "at consent", "during the trial", "of any sort"),
)
"""What may follow a term and add nothing."""

NARROWING_LEADS = _words(
    "with due caused secondary related associated attributable resulting originating from of confirmed diagnosed "
    "documented demonstrated shown on by as according that which who whom whose requiring refractory resistant "
    "unresponsive despite after in at to below above between radiating lasting persisting where when while "
    "consistent corresponding correlating concordant involving affecting leading causing because if during through "
    "under over within prior before following necessitating needing responding not treated untreated induced "
    "interfering limiting judged determined defined verified seen visible evidenced proven established referred "
    "matched matching correlate correlates distal proximal "
    "near around adjacent surrounding outside inside along across throughout overlying "
    "scheduled undergoing having for since using via based located"
)
"""Words after a term that narrow what it says, whatever follows them."""

EXCEPTIONS = _table(
    *("except", "except for", "excepting", "excluding", "unless", "other than", "apart from", "with exception of"),
    *("with the exception of", "with exception for", "but not", "not including", "exception of", "however", "although"),
    *("aside from", "if not", "without considering", "provided", "provided that", "as long as", "even if not", "but"),
)
"""Words that begin an exception."""

EXAMPLES = _table(
    *("eg", "such as", "including", "for example", "like", "for instance", "incl", "including but not limited to"),
    *("include", "includes", "included", "eg ,", "namely eg"),
)
"""Words that begin examples."""

DEFINITIONS = _table("defined as", "defined by", "ie", "ie ,", "is defined as", "that is", "meaning", "as defined by")
"""Words that begin a definition."""

FRESH = frozenset(
    (
        *PERSONS,
        *("any", "history", "known", "current", "currently", "presence", "previous", "prior", "use"),
        *("have", "has", "are", "is", "age", "aged", "bmi"),
        *("planning", "plan", "plans", "wanting", "intending", "interested", "expecting", "wishing", "trying"),
        *("intend", "intends", "pregnant", "lactating", "prisoner", "prisoners", "smoker", "smokers"),
    )
)
"""Words with which a part of a list begins that no earlier part governs."""

GOVERNING = _words(
    "of to for with from in on by against about at into regarding concerning toward towards between after before "
    "near around adjacent close surrounding outside inside along across throughout overlying "
    "during requiring affecting involving causing preventing precluding interfering contraindicating limiting due "
    "caused secondary within that which who whom whose than allergic allergy contraindication risk family unable "
    "able willing inability ability intolerance hypersensitivity planned scheduled planning"
)
"""Words by which an unknown part may govern the parts of a list after it, or narrow those before it."""

CLAUSES = _words("which that as if when where in who according judged determined unless since because")
"""Words with which a part of a list begins that speaks of all the parts before it."""

PLACES = _words(
    "spinal spine lumbar lumbosacral thoracic cervical vertebral sacral sacroiliac hip knee shoulder neck cardiac "
    "cerebral brain pelvic abdominal"
)
"""Places of the body, which may be meant of a whole list: "spinal tumor, infection or fracture"."""

DEMANDING = CLAUSES | _words("requiring affecting interfering limiting necessitating causing needing impairing")
"""Words after examples that may narrow all that went before."""

DEMANDS = _words("must should shall if agree agrees required")
"""Words that make a sentence about one sex a demand on it, not on everybody."""

OF_SOME = _words("for in if among")
"""Words after a limit that speak of some people only: "18 to 65 for women"."""

SUBJECTS = PERSONS | _words(
    "any have has are is planning plan plans wanting intending intend intends interested expecting wishing wish wishes "
    "considering trying pregnant lactating prisoner prisoners smoker smokers"
)
"""Words with which a part of a list begins whose end is meant of it alone."""

ADJECTIVE_ENDS = ("ed", "ing", "ive", "ous", "able", "ible", "ent", "ant", "less", "ful", "ly", "nal", "cal")
"""Ends of a first word that may narrow all that follows in a list: "decompensated heart failure, diabetes"."""

PERMISSIONS = _words("permitted allowed acceptable allowable permissible")
"""Words that let people in although something holds."""
