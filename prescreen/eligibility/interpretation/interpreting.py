"""From the words of one criterion to a rule over the question bank."""

from dataclasses import dataclass

from prescreen.eligibility.criteria.rules import Rule
from prescreen.eligibility.interpretation.vocabulary import Vocabulary
from prescreen.eligibility.registry_text.source_criteria import SourceCriterion


@dataclass(frozen=True, slots=True)
class Interpretation:
    """What the bank can ask of one criterion.

    `rule` never rules out anybody whom the words let in. `is_exact`: it says all that the words say; else it is a part,
    and the team checks the rest, `left` in the source's words. `nearest` are options of the bank, as
    `question.option` or `question`, that come near to words without a rule. `why` says why there is no rule, or only a
    part, in a few words for the author.
    """

    rule: Rule | None = None
    is_exact: bool = False
    left: tuple[str, ...] = ()
    nearest: tuple[str, ...] = ()
    why: str = ""


def interpret(criterion: SourceCriterion, vocabulary: Vocabulary, conditions: frozenset[str]) -> Interpretation:
    """Return what the bank can ask of a criterion of a trial about these conditions (slugs of the catalog)."""
    return Interpretation(left=(criterion.text,), why="none of its words is known")
