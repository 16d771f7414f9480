"""The search for planted values finds each spelling of them, and nothing else."""

from __future__ import annotations

import base64
import gzip
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.privacy.spellings import SPELLINGS, hits

VALUES = st.text(st.sampled_from("aZé'ü<&@ .ñ7"), min_size=8, max_size=40)
AROUND = st.binary(max_size=64)
FEWEST = 14


def test_there_are_enough_spellings() -> None:
    assert len(SPELLINGS) >= FEWEST


@pytest.mark.parametrize("name", SPELLINGS)
@given(value=VALUES, before=AROUND, after=AROUND)
def test_each_spelling_is_found_wherever_it_stands(name: str, value: str, before: bytes, after: bytes) -> None:
    assert value in {found for found, _ in hits([value], before + SPELLINGS[name](value) + after)}


@pytest.mark.parametrize("place", range(3))
@given(value=VALUES, before=st.text(max_size=9), after=st.text(max_size=9))
def test_a_value_within_a_longer_text_in_base64_is_found(place: int, value: str, before: str, after: str) -> None:
    text = ("x" * place + before + value + after).encode()

    for coded in (base64.b64encode(text), base64.urlsafe_b64encode(text)):
        assert value in {found for found, _ in hits([value], coded)}


@pytest.mark.parametrize("pack", [zlib.compress, gzip.compress])
@given(value=VALUES, before=AROUND, after=AROUND)
def test_a_packed_value_is_found(pack: Callable[[bytes], bytes], value: str, before: bytes, after: bytes) -> None:
    assert value in {found for found, _ in hits([value], before + pack(value.encode()) + after)}


@given(AROUND)
def test_what_was_not_planted_is_not_found(around: bytes) -> None:
    assert hits(["Zoë Quáckenbusch of Nowhere"], around) == set()
