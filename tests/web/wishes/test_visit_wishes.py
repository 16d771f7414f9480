"""Wishes as the cookie of a visit keeps them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from prescreen.eligibility.criteria.trials import Treatment
from prescreen.eligibility.wishes.wishes import Wishes
from prescreen.web.wishes.visit_wishes import noted, read_wishes


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda one: st.lists(one, max_size=7)))
def test_what_no_one_noted_is_no_wish(found: object):
    wishes = read_wishes(found)
    assert wishes is None or isinstance(wishes, Wishes)


def test_the_first_letters_of_a_kind_of_treatment_tell_it_from_all_others():
    for kind in Treatment:
        assert read_wishes(noted(Wishes(refused=frozenset({kind})))) == Wishes(refused=frozenset({kind}))
    assert read_wishes(noted(Wishes(without_placebo=True))) == Wishes(without_placebo=True)
