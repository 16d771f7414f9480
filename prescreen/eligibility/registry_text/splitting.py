"""From the free text of eligibility criteria to single criteria.

A module of its own, since it is what others know of the room; the conventions stand in `outlines`.
"""

from prescreen.eligibility.registry_text.outlines import outline
from prescreen.eligibility.registry_text.source_criteria import SourceCriterion


def criteria_in(text: str) -> tuple[SourceCriterion, ...]:
    """Return the criteria of a text in its order, each once, whatever its shape; empty where it has none.

    >>> [(one.kind.value, one.text) for one in criteria_in("Inclusion: Age over 18. Exclusion Criteria:• Gout")]
    [('inclusion', 'Age over 18.'), ('exclusion', 'Gout')]
    """
    return tuple(dict.fromkeys(part.criterion for part in outline(text) if part.criterion))
