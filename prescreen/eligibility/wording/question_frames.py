"""How a question becomes a statement about "you": the English question is told apart by how it begins.

Each frame is a pair, for what holds and for what does not, "" where this takes the question itself; `{}` stands for
what was answered. A question that fits no
frame is quoted with its answer, so that every bank can be worded.
"""

import re
from dataclasses import dataclass

from prescreen.eligibility.criteria.questions import Question, QuestionType
from prescreen.eligibility.wording.phrases import lowered

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
        return self.worded(str(question.ask)) if question.type in self.types else None

    def worded(self, ask: str) -> Pair | None:
        """Return the statements for the words of a question, whatever its type."""
        found = self.asks.fullmatch(ask)
        if found is None:
            return None
        parts = {name: value or "" for name, value in found.groupdict().items()}
        parts["rest"] = "right now" if parts.get("rest", "").strip() == "now" else parts.get("rest", "")
        parts["past"] = _PAST.get(parts.get("past", ""), "")
        return _filled(self.holds, parts), _filled(self.fails, parts)


def _filled(statement: str, parts: dict[str, str]) -> str:
    for name, value in parts.items():
        statement = statement.replace(f"<{name}>", lowered(value.strip(" ,")))
    return " ".join(statement.replace(" ,", ",").split()).removeprefix(", ")


_LISTS = (QuestionType.CHOICE, QuestionType.CHOICES)
_NUMBERS = (QuestionType.NUMBER,)
_YES = (QuestionType.BOOLEAN,)


def _frames(types: tuple[QuestionType, ...], *rows: tuple[str, str, str]) -> tuple[_Frame, ...]:
    return tuple(_Frame(types, re.compile(asks), holds, fails) for asks, holds, fails in rows)


_PAST = {"take": "took", "have": "had", "use": "used", "get": "got", "try": "tried", "stop": "stopped", "end": "ended"}
_FITS = re.compile(r".*\bfits? (?:you(?: now)?|your .*)\?|Are any of these .* a problem for you\?|Do any of these .*\?")

_FRAMES = (
    *_frames(
        _LISTS,
        (
            r"Which (?:.*) (?:a doctor|doctors?) (?:has |have )?found\?|Which .* has a doctor found\?",
            "a doctor has found {}",
            "a doctor has not found {}",
        ),
        (
            r"Which of these (?P<noun>.*?) have you been told (?P<verb>of|that you have or had)\?",
            "as for <noun>, you have been told <verb> {}",
            "as for <noun>, you have not been told <verb> {}",
        ),
        (
            r"Which .*? have you (?P<verb>had|tried|taken|used)(?P<rest>.*)\?",
            "<rest>, you have <verb> {}",
            "<rest>, you have not <verb> {}",
        ),
        (
            r"Which .*? do you (?P<verb>have|take or get|take|use|get)(?P<rest>.*)\?",
            "<rest>, you <verb> {}",
            "<rest>, you do not <verb> {}",
        ),
        (r"Which .*? did you (?P<past>take|have|use|get)(?P<rest>.*)\?", "<rest>, you <past> {}",
         "<rest>, you did not take {}"),
        (r"Which (?P<noun>\w+) has (?P<rest>\w+)\?", "the <noun> that has <rest> is {}",
         "the <noun> that has <rest> is not {}"),
        (r"Do you have any of these.*\?", "you have {}", "you do not have {}"),
        (r"What did (?P<who>.*?) say about (?P<what>.*)\?", "<who> told of {}", "<who> did not tell of {}"),
        (r"What did (?P<who>.*) test\?", "<who> tested {}", "<who> did not test {}"),
        (r"What has (?P<who>a doctor) (?P<verb>.*?) for (?P<what>.*)\?", "<who> has <verb> for <what>: {}",
         "<who> has not <verb> for <what>: {}"),
        (r"What (?P<noun>.*?) were you recorded as at birth\?", "you were recorded as {} at birth",
         "you were not recorded as {} at birth"),
        (r"Where do you (?P<rest>.*)\?", "you <rest> {}", ""),
        (r"How far down the (?P<where>.*?) do you feel (?P<rest>.*)\?", "you feel <rest> down the <where>: {}",
         ""),
        (r"When did you last (?P<past>take|have|use) (?P<what>.*)\?", "you last <past> <what> {}", ""),
        (r"When was (?P<what>.*?) last (?P<rest>.*)\?", "<what> was last <rest> {}", ""),
    ),
    *_frames(
        _NUMBERS,
        (r"How long ago was (?P<what>.*?)(?:, of any kind)?\?", "<what> was {} ago", "<what> was not {} ago"),
        (r"How long ago did (?P<who>.*?) (?P<past>stop|end)\b(?P<rest>.*)\?", "<who> <past> <rest> {} ago",
         "it is not so that <who> <past> <rest> {} ago"),
        (r"How long(?:, all in all,)? did you (?P<past>try|take|use) (?P<rest>.*)\?", "you <past> <rest> for {}",
         "you have not <past> <rest> for {}"),
        (r"How long have you (?P<rest>.*)\?", "you have <rest> for {}", "you have not <rest> for {}"),
        (r"How (?:strong|bad|high|low|large) (?P<verb>was|is) (?P<what>.*?)(?:, from 0 to \d+)?\?", "<what> <verb> {}",
         "<what> <verb> not {}"),
        (r"How tall are you\?", "you are {} tall", "you are not {} tall"),
        (r"How much do you weigh\?", "you weigh {}", "you do not weigh {}"),
        (r"How many \w+(?P<kind>.*?) do you have(?P<rest>.*)\?", "you have {} <kind> <rest>",
         "you do not have {} <kind> <rest>"),
        (r"How many \w+ is (?P<what>.*)\?", "<what> is {}", "<what> is not {}"),
        (r"(?P<what>[A-Z].*?)(?: \(.*\))?(?<!\?)", "your <what> is {}", "your <what> is not {}"),
    ),
)  # fmt: skip

_ANSWERED = _frames(
    _YES,
    (r"Have you ever (?P<rest>.*)\?", "you have <rest>", "you have never <rest>"),
    (r"Have you (?P<rest>.*)\?", "you have <rest>", "you have not <rest>"),
    (r"Are you still (?P<rest>.*)\?", "you are still <rest>", "you are no longer <rest>"),
    (r"Are you (?P<rest>.*)\?", "you are <rest>", "you are not <rest>"),
    (r"Do you (?P<rest>.*)\?", "you <rest>", "you do not <rest>"),
    (r"Can you (?P<rest>.*)\?", "you can <rest>", "you cannot <rest>"),
    (r"Was any (?P<noun>\w+) (?P<rest>.*)\?", "some <noun> was <rest>", "no <noun> was <rest>"),
    (r"Has (?P<who>a doctor or nurse|a doctor) (?P<rest>.*)\?", "<who> has <rest>", "<who> has not <rest>"),
)
"""Questions that are answered with yes or no."""


def statements_of(question: Question) -> Pair | None:
    """Return the statements that a question's answer holds, and that it does not; None where no frame fits it."""
    frames = _ANSWERED if question.type is QuestionType.BOOLEAN else _FRAMES
    return next((pair for frame in frames if (pair := frame.of(question))), None)


def yes_and_no(question: Question) -> Pair | None:
    """Return the statements that yes and no make of a question, None for one that is asked in another way."""
    return next((pair for frame in _ANSWERED if (pair := frame.worded(str(question.ask)))), None)


def asks_what_fits(question: Question) -> bool:
    """Whether a question asks which of its options fit somebody, so that each stands by itself."""
    return bool(_FITS.fullmatch(str(question.ask)))
