"""The tally of many people is the sum of the tallies of each."""

from functools import reduce
from operator import add

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prescreen.eligibility.cohort import judging
from prescreen.storage.cohort import polars_engine
from prescreen.workflow.cohort.cohort_counts import Tally, counts, tally, tally_of
from tests.eligibility.samples import ON
from tests.storage.crowds import Crowd, crowds

STEADY = settings(max_examples=60, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))


def in_polars(crowd: Crowd) -> Tally:
    dialect = polars_engine.PolarsColumns()
    people = polars_engine.judged(crowd.frame(), judging(crowd.trial, crowd.bank, ON, dialect))
    return tally(crowd.trial, polars_engine.sums(people, counts(crowd.trial, dialect)))


@STEADY
@given(crowds(), st.integers(1, 30))
def test_polars_tallies_what_the_plain_evaluator_finds(crowd: Crowd, times: int) -> None:
    many = crowd.repeated(times)
    one_by_one = reduce(add, map(tally_of, crowd.plainly()))

    assert in_polars(many) == reduce(add, [one_by_one] * times)
