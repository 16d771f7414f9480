"""Phrases around terms of English criteria: what may stand between a term and its number, exceptions, examples."""

from collections.abc import Mapping

from prescreen.eligibility.interpretation.words import pieces

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
    *("conducted for", "performed for", "given for", "carried out for", "administered for"),
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
    *("of symptoms", "prior to screening visit", "prior to baseline", "before baseline", "at randomization", "mg"),
    *("deformation", "of deformation"),
    *("prior to screening period", "prior to the screening period", "before the screening period"),
    *("at the time of informed consent", "at the time of signing informed consent", "when signing consent"),
)
"""What may follow a number and add nothing."""

LASTING = _table(
    *("lasts", "lasts for", "lasting", "lasting for", "lasted", "lasted for", "has lasted", "has lasted for"),
    *("persists for", "persisting for", "persisted for", "has persisted for", "has been present for"),
)
"""Verbs with which a part of a list says how long what stands before it has lasted."""

NEUTRAL_TAILS = _table(
    *("at baseline", "at screening", "at inclusion", "at enrollment", "at study entry", "at the time of enrollment"),
    *("at the time of inclusion", "at the time of screening", "at the time of study entry", "at time of enrollment"),
    *("currently", "at present", "at the moment", "present", "of any kind", "of any type", "of any cause", "now"),
    *("of any origin", "of any etiology", "disease", "at the time of the study", "at the time of recruitment"),
    *("at time of screening", "at the time of consent", "at entry", "at randomization", "during the study", "etc"),
    *("at all", "in the patient", "by history", "by self report", "are excluded", "is excluded"),
    *("condition", "conditions", "by any route of administration", "by any route"),
    *("while participating in this study", "while participating in the study", "while in this study"),
    *("as well", "of different genesis", "of different cause", "of different causes", "of any genesis"),
    *("of various causes", "of whatever cause", "from the study", "from this study", "from participation"),
    *("will be excluded", "were excluded", "are included", "will be included", "were included", "excluded"),
    *("are not eligible", "included", "with or without radiation", "in the present", "is present", "are present"),
    *(
        "during study participation",
        "of enrollment",
        "of randomization",
        "at enrolment",
        "at consent",
        "during the trial",
        "while participating in this study",
        "while participating in the study",
        "of any sort",
    ),
)
"""What may follow a term and add nothing."""

EXCEPTIONS = _table(
    *("except", "except for", "excepting", "excluding", "unless", "other than", "apart from", "with exception of"),
    *("with the exception of", "with exception for", "but not", "not including", "exception of", "however", "although"),
    *("aside from", "if not", "without considering", "provided", "provided that", "as long as", "even if not", "but"),
)
"""Words that begin an exception."""

NEAR_EXCEPTIONS = _table("other than", "apart from", "aside from")
"""Words that begin an exception from the words right before them."""

EXAMPLES = _table(
    *("eg", "such as", "including", "for example", "like", "for instance", "incl", "including but not limited to"),
    *("include", "includes", "included", "eg ,", "namely eg"),
)
"""Words that begin examples."""

DEFINITIONS = _table("defined as", "defined by", "ie", "ie ,", "is defined as", "that is", "meaning", "as defined by")
"""Words that begin a definition."""
