"""Sealed cookies: only this service reads them, for one purpose, for two hours."""

import zlib
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prescreen.web.sealed_cookies import compressed, decompressed, seal, sealed, unseal, unsealed
from tests.web.visitor import NOON


@pytest.mark.parametrize("content", [b"", b"\0", b"x", b"\x01", bytes(range(256)) * 9])
def test_what_is_sealed_is_opened_for_its_own_purpose_alone(app: Flask, content: bytes):
    with app.test_request_context("/"):
        text = seal(content, "one")

        assert unseal(text, "one") == content
        assert unseal(text, "other") is None


def test_data_comes_back_with_nothing_added(app: Flask):
    data = {"name": "Zoë", "listed": [1, None, {"a": "b"}]}

    with app.test_request_context("/"):
        assert unsealed(sealed(data, "one"), "one") == data


def test_after_two_hours_it_is_closed(app: Flask):
    with time_machine.travel(NOON, tick=False) as clock:
        with app.test_request_context("/"):
            text = sealed({"a": 1}, "one")
        clock.shift(timedelta(hours=2))
        with app.test_request_context("/"):
            assert unsealed(text, "one") == {"a": 1}
        clock.shift(timedelta(seconds=1))
        with app.test_request_context("/"):
            assert unsealed(text, "one") is None


def test_no_letter_of_it_can_be_changed_or_lost(app: Flask):
    with app.test_request_context("/"):
        text = seal(b"twelve bytes", "one")
        for place, letter in enumerate(text):
            other = "A" if letter != "A" else "Q"
            assert unseal(text[:place] + other + text[place + 1 :], "one") is None
            assert unseal(text[:place], "one") is None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=200) | st.text("AQgw-_+/=09az", max_size=90))
def test_any_other_text_is_refused(app: Flask, text: str):
    with app.test_request_context("/"):
        assert unseal(text, "one") is None
        assert unsealed(text, "one") is None


@pytest.mark.parametrize("content", [b"", b"x", compressed({"a": "b"})[:-8], b"\x78\x9c" + b"\xff" * 20])
def test_bytes_that_hold_no_data_are_none(content: bytes):
    assert decompressed(content) is None


def test_bytes_that_unfold_without_end_or_floor_or_to_no_data_are_none():
    texts = ('{"a": "' + "x" * 50_000_000 + '"}', "[" * 30_000 + "]" * 30_000, "[1]", "5", "x")

    assert [decompressed(zlib.compress(text.encode())) for text in texts] == [None] * 5
