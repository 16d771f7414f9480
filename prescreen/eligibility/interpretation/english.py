"""How English criteria are put together: words around terms, and what each does to the meaning of a term.

The lists are closed: a word that is in none of them, and in no term, makes its part of the sentence unknown.
"""

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
    RECENT = "recent"


def words(text: str) -> frozenset[str]:
    """Return the words of a text as a set."""
    return frozenset(text.split())


_PERSONS = words(
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
        *(
            "imaging showed",
            "imaging shows",
            "mri showed",
            "mri shows",
            "mri showing",
            "mri demonstrating",
            "ct showed",
        ),
        *(
            "symptoms and imaging showed",
            "the symptoms are",
            "all patients had",
            "all patients have",
            "all subjects had",
        ),
        *("it was determined as being diagnosed with", "being diagnosed with", "who are diagnosed with"),
        *("mri and physical examination consistent with", "examination consistent with", "imaging consistent with"),
        *("known to have", "known to have any", "care is provided under", "condition represents"),
        *("confirms that", "confirm that", "the patient confirms that he", "confirms to be"),
        *("the following", "a condition of", "condition of", "been", "been diagnosed with", "being in", "to be"),
        *("patients diagnosed with", "preexisting", "pre existing", "existing", "personal", "clinical", "medical"),
        *("documented diagnosis of", "eligible", "outpatients", "case of", "cases of", "is a", "clinically"),
        *("subject has", "patient has", "patient is", "subject is", "has been diagnosed with", "were diagnosed with"),
        *("have been diagnosed with", "previously diagnosed with", "underlying", "co existing", "coexisting"),
        *("ct / mri clearly highlighted the", "ct / mri showed", "ct / mri shows", "mri / ct showed", "mri / ct shows"),
        *("treatments tried :", "files of", "applicable", "symptoms correlate with", "plans of receiving"),
        *("comorbid", "associated", "subjects with", "patients with", "patients who", "subjects who", "of"),
    ),
    Frame.EVER: (
        *("history of", "a history of", "history", "past history of", "medical history of", "past medical history of"),
        *("prior", "previous", "previously", "past", "prior history of", "previous history of", "had", "has had"),
        *("have had", "ever had", "has ever had", "have ever had", "known history of", "any history of", "former"),
        *("life long history of", "lifelong history of"),
        *("personal history of", "documented history of", "clinical history of", "positive history of", "ever"),
        *("underwent", "undergone", "has undergone", "have undergone", "has received", "have received", "received"),
        *("history or presence of", "past or present", "past or current", "current or past", "current or previous"),
        *("history or current", "current or history of", "previous or current", "current or prior", "prior or current"),
        *("past or present history of", "with history of", "with a history of", "has a history of", "having had"),
        *("current or past history of", "lifetime history of", "with previous", "who had", "present or past"),
        *("participated in", "has participated in", "have participated in", "had participated in"),
        "receipt of",
        *("is currently participating or has participated in", "currently participating or has participated in"),
        *("is currently participating or has participated", "currently participating or has participated"),
        *("currently participating in or has participated in", "have participated or are participating in"),
        *("history or a suspicion of", "history or suspicion of", "history of or current"),
        *(
            "presence or history of",
            "having undergone",
            "having received",
            "presence of or history of",
        ),
        *(
            "current or previous history of",
            "history of or current",
            "history of current or past",
            "diagnosis or history of",
            "history for",
        ),
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
        *("no signs of", "did not", "not to be", "confirms not to be", "confirm not to be", "confirms to not be"),
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
        *("currently enrolled in or plans to enroll in", "enrolled in or plans to enroll in"),
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
    Frame.RECENT: (
        *("recent", "recently", "recent history of", "a recent history of", "current or recent history of"),
        *("current or recent", "current and recent", "current or recently", "recent or current"),
    ),
    Frame.NARROWER: (
        *("chronic", "acute", "subacute", "sub acute", "severe", "moderate", "mild", "persistent", "intractable"),
        *("symptomatic", "significant", "clinically significant", "unilateral", "bilateral", "single", "single level"),
        *("one level", "two level", "degenerative", "refractory", "recurrent", "primary", "mechanical"),
        *("nonspecific", "non specific", "unspecific", "stable", "unstable", "isolated", "typical", "contained"),
        *("posterolateral", "paracentral", "large", "small", "localized", "radiating", "major", "main", "predominant"),
        *("disabling", "uncontrolled", "poorly controlled", "controlled", "serious", "active"),
        *("new", "first", "untreated", "systemic", "local", "inflammatory", "infectious", "traumatic", "congenital"),
        *("acquired", "progressive", "advanced", "end stage", "concomitant severe"),
        *("moderate to severe", "mild to moderate", "mild or moderate", "moderate or severe", "severe or chronic"),
        *("acute or chronic", "chronic or acute", "subacute or chronic", "sub acute or chronic", "acute or subacute"),
        *("long term", "longterm", "regular", "daily", "continuous", "high dose", "oral", "intravenous", "multiple"),
        *("multilevel", "central", "lateral", "foraminal", "extraforaminal", "extruded", "protruded", "sequestered"),
        *("painful", "constant", "intermittent", "frequent", "repeated", "concordant", "low grade", "high grade"),
        *("insulin dependent", "unresolved", "relevant", "extensive", "obvious", "overt", "marked", "important"),
        *("specific", "idiopathic", "discogenic", "axial", "neurogenic", "radiologically confirmed", "excessive"),
        *("posterior", "posterior or posterolateral", "contained or noncontained", "contained or non contained"),
        *("of childbearing potential", "of child bearing potential", "of childbearing age", "of child bearing age"),
        *("early", "early to moderate", "skeletally mature", "skeletally mature male or female"),
        *("mri evidence of", "mri findings of", "radiological evidence of", "radiographic evidence of"),
        *("radiologically diagnosed with", "mri documented", "imaging evidence of", "radiographically confirmed"),
        *(
            "single or multi level",
            "single level or multilevel",
            "one or two level",
            "meets the diagnostic criteria of",
        ),
        *("radiographic confirmation of", "radiographic confirmation of at least"),
        *(
            "it meets the diagnostic criteria of",
            "meeting the diagnostic criteria for",
            "meets the diagnostic criteria for",
        ),
        *("meeting the diagnostic criteria of", "meet the diagnostic criteria of", "meet the diagnostic criteria for"),
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

NARROWING_LEADS = words(
    "with due caused secondary related associated attributable resulting originating from of confirmed diagnosed "
    "documented demonstrated shown on by as according that which who whom whose requiring refractory resistant "
    "unresponsive despite after in at to below above between radiating lasting persisting where when while "
    "consistent corresponding correlating concordant involving affecting leading causing because if during through "
    "under over within prior before following necessitating needing responding not treated untreated induced "
    "interfering limiting judged determined defined verified seen visible evidenced proven established referred "
    "matched matching correlate correlates distal proximal "
    "near around adjacent surrounding outside inside along across throughout overlying recorded up greater "
    "scheduled undergoing having for since using via based located"
)
"""Words after a term that narrow what it says, whatever follows them."""

GOVERNING = words(
    "of to for with from in on by against about at into regarding concerning toward towards between after before "
    "near around adjacent close surrounding outside inside along across throughout overlying "
    "during requiring affecting involving causing preventing precluding interfering contraindicating limiting due "
    "caused secondary within that which who whom whose than allergic allergy contraindication risk family unable "
    "able willing inability ability intolerance hypersensitivity planned scheduled planning"
)
"""Words by which an unknown part may govern the parts of a list after it, or narrow those before it."""

RELATIVE = words("which that whom whose")
"""Words after which a clause follows, though what stands before them adds nothing: "subjects in which ..."."""

CLAUSES = words("which that as if when where in who according judged determined unless since because")
"""Words with which a part of a list begins that speaks of all the parts before it."""

PLACES = words(
    "spinal spine lumbar lumbosacral thoracic cervical vertebral sacral sacroiliac hip knee shoulder neck cardiac "
    "cerebral brain pelvic abdominal"
)
"""Places of the body, which may be meant of a whole list: "spinal tumor, infection or fracture"."""

ORGANS = words(
    "renal adrenal gastrointestinal intestinal abdominal retinal vaginal cervical spinal urological neurological dermal"
)
"""Adjectives that name an organ: they may be meant of what can be anywhere in the body, and narrow nothing else."""

DEMANDING = CLAUSES | words("requiring affecting interfering limiting necessitating causing needing impairing")
"""Words after examples that may narrow all that went before."""

DEMANDS = words("must should shall if agree agrees required")
"""Words that make a sentence about one sex a demand on it, not on everybody."""

CHILDBEARING = PERSONS | words(
    "if the a of with is are childbearing child bearing potential age she they fertile capable premenopausal applicable"
)
"""Words of a condition that whoever is pregnant or could be meets: "if female", "if of childbearing potential"."""

OF_SOME = words("for in if among")
"""Words after a limit that speak of some people only: "18 to 65 for women"."""

SUBJECTS = PERSONS | words(
    "any have has are is agree agrees able willing must should "
    "planning plan plans wanting intending intend intends interested expecting wishing wish wishes "
    "considering trying pregnant lactating prisoner prisoners smoker smokers"
)
"""Words with which a part of a list begins whose end is meant of it alone."""

ADJECTIVE_ENDS = ("ed", "ing", "ive", "ous", "able", "ible", "ent", "ant", "less", "ful", "ly", "nal", "cal")
"""Ends of a first word that may narrow all that follows in a list: "decompensated heart failure, diabetes"."""

ARTICLES = words("a an the")
"""Words that part of a list may begin with, whatever it is."""

PERMISSIONS = words("permitted allowed acceptable allowable permissible")
"""Words that let people in although something holds."""

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
