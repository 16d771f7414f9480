"""Options of a question as one clause about "you", grouped by what can stand before their labels.

A label that makes sense under its question alone is quoted with it: that is exact, whatever the bank asks.
"""

from prescreen.eligibility.criteria.questions import Option, Question, QuestionType
from prescreen.eligibility.wording.option_words import Form, form_of, not_done, words_of
from prescreen.eligibility.wording.question_frames import Pair, asks_what_fits, statements_of, yes_and_no

_FITTING = {
    Form.ANSWER: ('you answer {} to "<ask>"', 'you do not answer {} to "<ask>"'),
    Form.SENTENCE: ("{}", "this is not true of you: {}"),
    Form.DOING: ("you {}", "this is not true of you: you {}"),
    Form.BEING: ("you are {}", "you are not {}"),
    Form.TAKEN: ("you take {}", "you do not take {}"),
    Form.HAD: ("you have {}", "you do not have {}"),
    Form.LASTING: ("you have or had {}", "you neither have nor had {}"),
    Form.THING: ("this fits you: {}", "this does not fit you: {}"),
}
"""What stands around labels of a form where a question asks what fits, and where it is not so."""
_ALONE = (Form.SENTENCE, Form.DOING)


def listed_clause(question: Question, options: frozenset[str], holds: bool, word: str) -> str:
    """Return that one ("or") or all ("and") of these options were answered, or that this is not so."""
    chosen = [option for option in question.options if option.id in options]
    if _is_yes_or_no(question):
        clauses = [_of_yes_or_no(question, option, holds) for option in chosen]
    else:
        groups: dict[Form, list[str]] = {}
        for option in chosen:
            label = str(option.label)
            form = _form(question, label)
            groups.setdefault(form, []).append(label if form is Form.ANSWER else words_of(label))
        clauses = [_grouped(question, form, labels, holds, word) for form, labels in groups.items()]
    other = {"or": "and", "and": "or"}[word]
    return f", {word if holds else other} ".join(clauses)


def told_in_a_row(labels: list[str], word: str) -> str:
    """Return labels as one list, with semicolons where a label holds a comma.

    >>> told_in_a_row(["gout", "lupus"], "or"), told_in_a_row(["a fall, as from a bed", "gout"], "or")
    ('gout or lupus', 'a fall, as from a bed; or gout')
    """
    comma = "; " if any("," in label for label in labels) else ", "
    most = comma.join(labels[:-1])
    return f"{most}{comma if ';' in comma else ' '}{word} {labels[-1]}" if most else labels[-1]


def _form(question: Question, label: str) -> Form:
    """Return the form in which a label of this question is told."""
    form = form_of(words_of(label))
    if asks_what_fits(question):
        return Form.ANSWER if ":" in label else form
    if form is Form.ANSWER:
        return form
    if statements_of(question) is None:
        return Form.ANSWER
    is_plain = question.type is QuestionType.CHOICES or form is not Form.SENTENCE
    return Form.SENTENCE if form is Form.SENTENCE and is_plain else Form.THING


def _grouped(question: Question, form: Form, labels: list[str], holds: bool, word: str) -> str:
    if form is Form.ANSWER:
        return _quoted(question, labels, holds, word)
    if form in _ALONE or (form is Form.BEING and not holds and any("," in label for label in labels)):
        return _alone(form, labels, holds, word)
    pair = _FITTING[form] if asks_what_fits(question) else statements_of(question)
    statement = (pair or ("", ""))[0 if holds else 1]
    if not statement:
        said = [str(option.label) for option in question.options]
        return _quoted(question, [label for label in said if words_of(label) in labels], holds, word)
    told = told_in_a_row(labels if holds else [*map(_unlimited, labels)], word)
    return _timed(statement, labels).replace("{}", told)


def _unlimited(label: str) -> str:
    return f"any {label.removeprefix('some ')}" if label.startswith("some ") else label


def _timed(statement: str, labels: list[str]) -> str:
    """Return a statement without "now" and "in your ..." before it where a label says itself when or where."""
    when, comma, rest = statement.partition(", ")
    is_told = any(f" {sign} " in f" {label} " for label in labels for sign in ("now", "last", "once", "low back"))
    return rest if comma and when in ("right now", "in your low back") and is_told else statement


def _alone(form: Form, labels: list[str], holds: bool, word: str) -> str:
    """Return labels that need nothing before them but "you"; what is not so, by its contrary where that is short."""
    if holds:
        return _FITTING[form][0].replace("{}", told_in_a_row(labels, word))
    contrary = [not_done(label) for label in labels] if form is Form.DOING else [None]
    if all(contrary) and word == "or":
        return f"you {', and you '.join(str(one) for one in contrary)}"
    you = {Form.DOING: "you ", Form.BEING: "you are "}.get(form, "")
    return _FITTING[Form.SENTENCE][1].replace("{}", told_in_a_row([f"{you}{label}" for label in labels], word))


def _quoted(question: Question, labels: list[str], holds: bool, word: str) -> str:
    statement = _FITTING[Form.ANSWER][0 if holds else 1].replace("<ask>", str(question.ask))
    return statement.replace("{}", f" {word} ".join(f'"{label}"' for label in labels))


def _is_yes_or_no(question: Question) -> bool:
    labels = [str(option.label) for option in question.options]
    has_both = question.type is QuestionType.CHOICE and yes_and_no(question) is not None
    return has_both and all(label in ("Yes", "No") or label.startswith(("Yes, ", "No, ")) for label in labels)


def _of_yes_or_no(question: Question, option: Option, holds: bool) -> str:
    label = str(option.label)
    pair: Pair = yes_and_no(question) or ("", "")
    if label == "Yes":
        return pair[0 if holds else 1]
    if label == "No" and holds:
        return pair[1]
    if label.startswith("Yes, ") and holds and form_of(words_of(label)) in (Form.HAD, Form.LASTING):
        words = words_of(label)
        return f"you {'had' if 'in the past' in words else 'have'} {words}"
    return _quoted(question, [label], holds, "or")
