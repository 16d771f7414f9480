"""How a question becomes a statement about "you": the English question is told apart by how it begins.

Each frame is a pair, for what holds and for what does not; `{}` stands for what was answered. A question that fits no
frame is named by its short words, so that every bank can be worded.
"""

import re
from dataclasses import dataclass

from prescreen.eligibility.criteria.questions import Question, QuestionType
from prescreen.eligibility.wording.sentences import lowered

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Frame:
    """How questions of some types begin, and the statements for them; groups of the pattern fill named places."""

    types: tuple[QuestionType, ...]
    asks: re.Pattern[str]
    holds: str
    fails: str

    def of(self, question: Question) -> Pair | None:
        """Return the statements for a question, None where it begins in another way."""
        found = self.asks.fullmatch(str(question.ask)) if question.type in self.types else None
        if found is None:
            return None
        parts = {name: value or "" for name, value in found.groupdict().items()}
        return _filled(self.holds, parts), _filled(self.fails, parts)


def _filled(statement: str, parts: dict[str, str]) -> str:
    for name, value in parts.items():
        statement = statement.replace(f"<{name}>", lowered(value.strip(" ,")))
    return " ".join(statement.replace(" ,", ",").split())


_LISTS = (QuestionType.CHOICE, QuestionType.CHOICES)
_NUMBERS = (QuestionType.NUMBER,)
_YES = (QuestionType.BOOLEAN,)


def _frames(types: tuple[QuestionType, ...], *rows: tuple[str, str, str]) -> tuple[_Frame, ...]:
    return tuple(_Frame(types, re.compile(asks), holds, fails) for asks, holds, fails in rows)


_FRAMES = (
    *_frames(
        _LISTS,
        (
            r"Which (?:.*) (?:a doctor|doctors?) (?:has |have )?found\?|Which .* has a doctor found\?",
            "a doctor has found {}",
            "a doctor has not found {}",
        ),
        (
            r"Which .*? have you (?P<verb>had|tried|taken|used|been told (?:of|that you have or had))(?P<rest>.*)\?",
            "you have <verb> {} <rest>",
            "you have not <verb> {} <rest>",
        ),
        (
            r"Which .*? do you (?P<verb>have|take or get|take|use|get)(?P<rest>.*)\?",
            "you <verb> {} <rest>",
            "you do not <verb> {} <rest>",
        ),
        (r"Which .*? did you (?P<verb>take|have|use|get)(?P<rest>.*)\?", "<rest> you did <verb> {}",
         "<rest> you did not <verb> {}"),
        (r"Do you have any of these.*\?", "you have {}", "you do not have {}"),
        (r"Are any of these (?P<noun>.*)\?", "one of these is <noun>: {}", "none of these is <noun>: {}"),
        (r"What did (?P<who>.*?) say about (?P<what>.*)\?", "<who> told of {}", "<who> did not tell of {}"),
        (r"What has (?P<who>a doctor) (?P<verb>.*?) for (?P<what>.*)\?", "<who> has <verb> for <what>: {}",
         "<who> has not <verb> for <what>: {}"),
        (r"What (?P<noun>.*?) were you recorded as at birth\?", "you were recorded as {} at birth",
         "you were not recorded as {} at birth"),
        (r".*\bfits? you(?: now)?\?", "this fits you: {}", "none of these fits you: {}"),
        (r"Do any of these .*\?", "this fits you: {}", "none of these fits you: {}"),
    ),
    *_frames(
        _NUMBERS,
        (r"How long ago was (?P<what>.*?)(?:, of any kind)?\?", "<what> was {} ago", "<what> was not {} ago"),
        (r"How long have you (?P<rest>.*)\?", "you have <rest> for {}", "you have not <rest> for {}"),
        (r"How (?:strong|bad|high|low|large) (?P<verb>was|is) (?P<what>.*?)(?:, from 0 to \d+)?\?", "<what> <verb> {}",
         "<what> <verb> not {}"),
        (r"How tall are you\?", "you are {} tall", "you are not {} tall"),
        (r"How much do you weigh\?", "you weigh {}", "you do not weigh {}"),
        (r"How many (?P<noun>.*?) do you have(?P<rest>.*)\?", "you have {} <rest>", "you do not have {} <rest>"),
        (r"How many \w+ is (?P<what>.*)\?", "<what> is {}", "<what> is not {}"),
        (r"(?P<what>[A-Z].*[^?])", "your <what> is {}", "your <what> is not {}"),
    ),
    *_frames(
        _YES,
        (r"Have you (?P<rest>.*)\?", "you have <rest>", "you have not <rest>"),
        (r"Are you (?P<rest>.*)\?", "you are <rest>", "you are not <rest>"),
        (r"Do you (?P<rest>.*)\?", "you <rest>", "you do not <rest>"),
        (r"Can you (?P<rest>.*)\?", "you can <rest>", "you cannot <rest>"),
        (r"Has (?P<who>a doctor or nurse|a doctor) (?P<rest>.*)\?", "<who> has <rest>", "<who> has not <rest>"),
    ),
)  # fmt: skip


def statements_of(question: Question) -> Pair:
    """Return the statements that a question's answer holds, and that it does not."""
    found = next((pair for frame in _FRAMES if (pair := frame.of(question))), None)
    return found or _generic(question)


def _generic(question: Question) -> Pair:
    if question.type is QuestionType.BOOLEAN:
        return f'you answer "yes" to "{question.ask}"', f'you answer "no" to "{question.ask}"'
    subject = str(question.subject)
    if question.short and question.type in _LISTS:
        return f"about {subject}, this fits you: {{}}", f"about {subject}, none of these fits you: {{}}"
    return f'to "{question.ask}" your answer is {{}}', f'to "{question.ask}" your answer is not {{}}'
