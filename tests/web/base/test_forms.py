"""Forms by declared fields: what is read, what is left out, and what is said of the rest."""

import re
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated
from unicodedata import category
from uuid import UUID

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest

from prescreen import web
from prescreen.web.base.form_fields import (
    Choice,
    Choices,
    Day,
    Grouped,
    Identifier,
    Line,
    Lines,
    Listed,
    Pair,
    Raw,
    Repeated,
    Tick,
    Whole,
)
from prescreen.web.base.forms import Form, Versioned, posted, posted_or_400, read_valid

ID = UUID(int=7)
WEB = Path(web.__file__).parent
BY_HAND = re.compile(r"request\.(form|args|values)(\.get|\[)|\.getlist\(")
NO_FORM = {
    "base/form_fields.py": "the fields themselves",
    "base/forms.py": "the signature that a form carries",
    "base/language.py": "the switch of language, on every page",
    "base/question_fields.py": "the interview's questions, whose fields the criteria declare",
    "base/reply_reading.py": "what was posted in them",
    "interview/attribution.py": "where a visitor comes from, on every page",
    "participants/thanks.py": "the browser that a form was shown in, which also forms of before it lack",
    "participants/submission.py": "whether a notice stood beside a form, which forms of before it lack",
    "accounts/staff_pages.py": "what was just done, in the address",
    "worklist/worklist_page.py": "empty filters, left out of the address; a search, shown again",
}
"""The modules that read a request otherwise than by declared fields, and what."""


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Everything(Form):
    """One field of each kind, none of which must be there."""

    raw: Annotated[str, Raw()]
    line: Annotated[str, Line()]
    lines: Annotated[str, Lines()]
    tick: Annotated[bool, Tick()]
    colour: Annotated[Colour | None, Choice(Colour)]
    colours: Annotated[frozenset[Colour], Choices(Colour)]
    listed: Annotated[tuple[str, ...], Listed()]
    pair: Annotated[tuple[str, str], Pair(":")]
    grouped: Annotated[dict[str, str], Grouped("by-")]
    whole: Annotated[int | None, Whole()]
    id: Annotated[UUID | None, Identifier()]
    day: Annotated[date | None, Day()]


class Strict(Form):
    """Fields that say what is wrong."""

    line: Annotated[str, Line("Type a line.", longest=5, too_long="%(has)s of %(most)s.")]
    colour: Annotated[Colour, Choice(Colour, "Choose a colour.")]
    whole: Annotated[int | None, Whole(wrong="Type a number.", most=9)]
    again: Annotated[str, Repeated("line", "They differ.")]


def read(**sent: str | list[str]) -> Everything:
    form, faults = read_valid(Everything, MultiDict(sent))
    assert faults == {}
    return form


def faults(**sent: str) -> dict[str, str]:
    return read_valid(Strict, MultiDict({"line": "x", "again": "x", "colour": "red", **sent}))[1]


def test_each_field_gives_its_value():
    form = read(
        raw=" a\0 ",
        line="  one\r\ntwo\0three ",
        lines=" one\r\ntwo\0 ",
        tick="yes",
        colour="red",
        colours=["red", "blue"],
        listed=["b", "a", "b"],
        pair="a:b:c",
        whole="12",
        id=ID.hex,
        day="2026-11-23",
        **{"by-email": "yes"},
    )

    assert (form.raw, form.line, form.lines) == (" a\0 ", "one two three", "one\ntwo")
    assert (form.tick, form.colour, form.colours) == (True, Colour.RED, {Colour.RED, Colour.BLUE})
    assert (form.listed, form.pair, form.grouped) == (("b", "a"), ("a", "b:c"), {"email": "yes"})
    assert (form.whole, form.id, form.day) == (12, ID, date(2026, 11, 23))


def test_what_is_left_out_is_empty():
    form = read()

    assert (form.raw, form.line, form.lines, form.tick, form.colour) == ("", "", "", False, None)
    assert (form.colours, form.listed, form.pair, form.grouped) == (frozenset(), (), ("", ""), {})
    assert (form.whole, form.id, form.day) == (None, None, None)


@given(st.dictionaries(st.sampled_from([*Everything.fields, "by-x", "other"]), st.text(), max_size=13))
def test_whatever_is_sent_reads_as_if_it_were_left_out_where_no_sentence_is_given(sent: dict[str, str]):
    form = read(**sent)

    assert form.line.isprintable()
    assert all(category(one) != "Cc" or one in "\n\t" for one in form.lines)
    assert form.colours <= set(Colour)
    assert form.whole is None or 0 <= form.whole < 2**63


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({}, {}),
        ({"line": " \0 ", "again": " \0 "}, {"line": "Type a line."}),
        ({"line": "x" * 6, "again": "x" * 6}, {"line": "6 of 5."}),
        ({"colour": ""}, {"colour": "Choose a colour."}),
        ({"colour": "RED"}, {"colour": "Choose a colour."}),
        ({"whole": "10"}, {"whole": "Type a number."}),
        ({"whole": "-1"}, {"whole": "Type a number."}),
        ({"whole": "²"}, {"whole": "Type a number."}),
        ({"again": "y"}, {"again": "They differ."}),
        ({"line": "", "colour": ""}, {"line": "Type a line.", "colour": "Choose a colour.", "again": "They differ."}),
    ],
)
def test_every_fault_is_told_by_its_field(app: Flask, sent: dict[str, str], told: dict[str, str]):
    with app.test_request_context():
        assert faults(**sent) == told


def test_what_no_field_is_declared_for_is_left_out():
    sent = {
        "line": "x",
        "id_": "7",
        "is_admin": "yes",
        "fields": "x",
        "_schema": "x",
        "__class__": "x",
        "__dict__": "x",
    }

    assert vars_of(read(**sent)) == vars_of(read(line="x"))


def vars_of(form: Everything) -> dict[str, object]:
    """Return all that a form holds."""
    return {**vars(form), "kind": type(form)}


def test_of_repeated_values_the_first_counts():
    assert read(line=["one", "two"], colour=["red", "blue"]).colour is Colour.RED


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 30, "1.5"])
def test_a_hidden_field_that_is_faulty_is_answered_with_400(app: Flask, version: str):
    with app.test_request_context(method="POST", data={"version": version}), pytest.raises(BadRequest):
        posted(Versioned)


def test_a_form_is_there_only_without_a_fault(app: Flask):
    with app.test_request_context(method="POST", data={"line": "x", "again": "x", "colour": "red"}):
        form, told = posted(Strict)
        assert form is not None
        assert (form.line, form.colour, form.whole, told) == ("x", Colour.RED, None, {})
    with app.test_request_context(method="POST", data={"line": "x"}):
        assert posted(Strict)[0] is None
        with pytest.raises(BadRequest):
            posted_or_400(Strict)


def test_a_form_says_nothing_of_its_values_where_it_is_written_out():
    assert "secret" not in repr(read(raw="secret"))


def test_a_form_cannot_be_changed():
    with pytest.raises(AttributeError):
        read().raw = "x"  # type: ignore[misc]


def by_hand(text: str) -> bool:
    """Whether a module reads a request by the names of its fields."""
    return BY_HAND.search(text) is not None


def test_no_other_module_reads_a_form_by_hand():
    found = {path.relative_to(WEB).as_posix() for path in WEB.rglob("*.py") if by_hand(path.read_text())}

    assert found == set(NO_FORM)


@pytest.mark.parametrize(
    "text", ['request.form.get("x", "")', 'request.form["x"]', 'request.args.get("x")', 'posted.getlist("x")']
)
def test_a_form_read_by_hand_is_found(text: str):
    assert by_hand(text)
