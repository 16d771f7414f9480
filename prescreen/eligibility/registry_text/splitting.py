"""From the free text of eligibility criteria to single criteria."""

from prescreen.eligibility.registry_text.source_criteria import SourceCriterion


def criteria_in(text: str) -> tuple[SourceCriterion, ...]:
    """Return the criteria of a text in its order, whatever its shape; empty where it has none."""
    raise NotImplementedError(text[:20])
