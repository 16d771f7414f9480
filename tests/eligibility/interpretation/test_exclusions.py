"""What keeps out whom: lists, classes with members, spans of time and exceptions, each beside its trap."""

from fractions import Fraction

import pytest

from prescreen.eligibility.criteria.questions import Question, QuestionBank, QuestionType
from prescreen.eligibility.criteria.rules import All, Any, BooleanTest, NumberTest, Rule
from prescreen.eligibility.criteria.text import Text
from prescreen.eligibility.criteria.trials import Kind
from prescreen.eligibility.interpretation.interpreting import interpret
from prescreen.eligibility.interpretation.meaning import exactly
from prescreen.eligibility.interpretation.vocabulary import Entry, Term, Vocabulary
from prescreen.eligibility.registry_text.source_criteria import SourceCriterion

ASKED = ("gout", "lupus", "arthritis", "operated", "fracture", "drinks", "fibrosis")
UNITS = {"age": "a", "bmi": "kg/m2", "weight_kg": "kg", "operation_time": "d"}
QUESTIONS = (
    *(Question(one, QuestionType.BOOLEAN, Text({"en": one})) for one in ASKED),
    *(Question(one, QuestionType.NUMBER, Text({"en": one}), unit=unit) for one, unit in UNITS.items()),
)
BANK = QuestionBank({one.id: one for one in QUESTIONS})


def has(question: str) -> Rule:
    return BooleanTest(question, True)


TERMS = (
    Term("gout", Entry(exactly(has("gout")), besides=frozenset({"pseudogout"}))),
    Term("lupus", Entry(exactly(has("lupus")))),
    Term("joint arthritis", Entry(exactly(has("arthritis")))),
    Term("alcohol abuse", Entry(exactly(has("drinks")))),
    Term("fracture of the spine", Entry(exactly(has("fracture")))),
    Term("fracture", Entry()),
    Term("operation", Entry(exactly(has("operated")), is_event=True, time="operation_time")),
    Term("operation except a biopsy", Entry(exactly(has("operated")), is_event=True)),
    Term("bmi", Entry(numbers=("bmi",))),
    Term("morbidly obese", Entry(numbers=("bmi",))),
    Term("aged", Entry(numbers=("age",))),
)
VOCABULARY = Vocabulary(BANK, TERMS)
GOUT, LUPUS, OPERATED = has("gout"), has("lupus"), has("operated")
BOTH = Any((GOUT, LUPUS))


def within(days: int) -> Rule:
    return All((OPERATED, NumberTest("operation_time", max=Fraction(days))))


def rule_of(words: str, lead: str = "") -> Rule | None:
    return interpret(SourceCriterion(Kind.EXCLUSION, words, words, lead=lead), VOCABULARY, frozenset()).rule


def judged(words: str, rule: Rule | None) -> None:
    assert rule_of(words) == rule


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("Other diseases that may cause pain, such as gout or lupus", BOTH),
        ("Soft tissue pathologies which can induce pain (i.e. glaucoma, gout, lupus, etc.)", BOTH),
        ("History of autoimmune disease (psoriasis, lupus or other)", LUPUS),
        ("Contraindications to exercise including gout or allergy to adhesives", GOUT),
        ("Patients for whom acupuncture may be unsafe (e.g. gout, or other conditions deemed unsuitable)", GOUT),
        ("Diseases that may cause back pain, such as gout", GOUT),
        ("Diseases that can interfere with the results, such as gout", None),
        ("Secondary causes of osteoporosis (e.g. rickets, uncontrolled asthma, gout)", None),
        ("A disease of the joints, as gout", None),
        ("Severe diseases such as gout", None),
        ("Diseases that limit walking, such as gout", None),
        ("Diseases which in the opinion of the investigator may limit walking, such as gout", None),
        ("Symptoms of diseases such as gout", None),
        ("Family history of disease such as gout", None),
        ("No diseases such as gout", None),
        ("Asthma with comorbidities such as gout", None),
        ("Other diseases such as severe asthma, gout", None),
        ("Diseases such as gout, if not treated", None),
        ("Diseases (e.g. gout) that require surgery", None),
        ("Diseases such as gout, with flares", None),
        ("Congenital conditions such as gout", None),
        ("Inflammatory conditions such as gout", None),
        ("Medical conditions such as gout, unless well controlled", None),
    ],
)
def test_a_member_of_a_class_keeps_out_where_nothing_narrows_the_class(words: str, rule: Rule | None) -> None:
    judged(words, rule)


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("Recent history (within six months) of operation", within(183)),
        ("Operation or acupuncture within the last year prior to screening", NumberTest("operation_time")),
        ("Operation, or radiofrequency ablation, within 7 days", within(7)),
        ("Within 7 days, operation", within(7)),
        ("Recent operation (within 7 days)", within(7)),
        ("Recent operation or injection (within 7 days)", within(7)),
        ("Recent operation", None),
        ("Current or recent history of operation", None),
        ("Operation within 7 days prior to the surgery", None),
        ("Operation or treatment for pain that is needed within 7 days", None),
        ("Gout in winter, or operation planned within 7 days", None),
    ],
)
def test_a_span_of_time_is_meant_of_the_list_that_it_stands_beside(words: str, rule: Rule | None) -> None:
    found = rule_of(words)

    if rule is None:
        assert found is None
    else:
        assert isinstance(found, All)
        assert found.parts[0] == OPERATED
        assert isinstance(rule, NumberTest) or abs(days_of(found) - days_of(rule)) < 1


def days_of(rule: Rule) -> Fraction:
    assert isinstance(rule, All)
    time = rule.parts[1]
    assert isinstance(time, NumberTest)
    assert isinstance(time.max, Fraction)
    return time.max


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("Knee or joint arthritis", has("arthritis")),
        ("Joint or bone arthritis", has("arthritis")),
        ("History of opioid, alcohol or drug abuse", has("drinks")),
        ("Fracture, infection, and/or deformity (of any size) of the spine", has("fracture")),
        ("Fracture, infection or deformity", None),
        ("Severe joint or bone arthritis", None),
        ("Joint or bone arthritis near the knee", None),
    ],
)
def test_members_share_the_words_at_the_end_of_their_list(words: str, rule: Rule | None) -> None:
    judged(words, rule)


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("Psoriasis, active asthma, gout or lupus", BOTH),
        ("Severe asthma or who have gout", GOUT),
        ("Known gout, lupus or who are immunocompromised", BOTH),
        ("Allergy to dust, a history of gout", GOUT),
        ("Asthma or psoriasis, gout, and lupus", BOTH),
        ("Diagnosed stress / gout", GOUT),
        ("Terminal, systemic or joint arthritis", has("arthritis")),
        ("Severe asthma, uncontrolled hypertension, gout", GOUT),
        ("Renal failure, gout", GOUT),
        ("Patients with glaucoma, gout", GOUT),
        ("Active asthma, gout or lupus", None),
        ("Psoriasis, active asthma or gout", None),
        ("Gout or lupus, and asthma", None),
        ("Patients with asthma who have hives or who have gout", None),
        ("Severe asthma, gout", None),
        ("Gout, with flares", None),
        ("Gout, with lupus", None),
        ("Severe asthma, uncontrolled hypertension or gout", None),
        ("Subjects in which asthma, gout", None),
    ],
)
def test_what_stands_before_a_member_reaches_no_farther_than_it_may_be_meant(words: str, rule: Rule | None) -> None:
    judged(words, rule)


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("Operation, or pain other than gout", OPERATED),
        ("Lupus, or gout except pseudogout", GOUT),
        ("Operation except a biopsy", OPERATED),
        ("Operation or pain other than gout", None),
        ("Operation except of the knee", None),
        ("Gout except in winter, or lupus", None),
    ],
)
def test_an_exception_leaves_open_what_it_may_be_made_of(words: str, rule: Rule | None) -> None:
    judged(words, rule)


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("Participants who are > 250 lbs will be excluded (due to the size of the scanner)", 250),
        ("People under the age of 18 will be excluded as well.", NumberTest("age", below=Fraction(18))),
        (
            "Morbidly obese (defined as a BMI > 40, or weighs more than 100 lbs over ideal)",
            NumberTest("bmi", above=Fraction(40)),
        ),
        ("Obese: BMI > 40", None),
        ("Morbidly obese: BMI > 40", NumberTest("bmi", above=Fraction(40))),
        ("Participants with > 250 lbs (due to swelling)", None),
        ("Tumors > 2 kg", None),
    ],
)
def test_a_number_keeps_out_whom_it_is_told_of(words: str, rule: Rule | int | None) -> None:
    found = rule_of(words)

    if isinstance(rule, int):
        assert isinstance(found, NumberTest)
        assert found.question == "weight_kg"
        assert found.above == rule * Fraction("0.45359237")
    else:
        assert found == rule


@pytest.mark.parametrize(
    ("lead", "words", "rule"),
    [
        ("Any of the following within 7 days:", "Operation", within(7)),
        ("Any of these within 7 days:", "Operation within 3 days", None),
        ("Any disease, condition or surgery which might impair healing, such as:", "Gout", GOUT),
        ("The same as for study EK-22/2009:", "Also excluded will be patients with gout", GOUT),
        ("Any of the following within 7 days before surgery:", "Operation", None),
        ("Severe diseases such as:", "Gout", None),
        ("Diseases that limit walking, including:", "Gout", None),
    ],
)
def test_a_lead_lends_its_members_what_it_says(lead: str, words: str, rule: Rule | None) -> None:
    assert rule_of(words, lead) == rule
