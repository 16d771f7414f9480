"""What holds for every form, whatever is sent: no fault of ours, and nothing stored of what is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Annotated, Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.typing import ResponseReturnValue

from prescreen.catalog.criteria.live_catalog import LiveCatalog
from prescreen.storage.base.keys import Keys
from prescreen.storage.connections import durability
from prescreen.web.base.form_fields import Grouped, Raw
from prescreen.web.base.forms import Form, posted_or_400
from prescreen.web.base.request_context import EXTENSION
from prescreen.workflow.accounts import passwords
from tests.databases import empty_tables, migrated_on
from tests.web.every_form import BUTTONS, FILLED, Sent, World, declared
from tests.web.markup import Element, read
from tests.web.referred import TRIAL

Fill = Callable[[World], Sent]

LONG = 10_000
LOST = {"missing": None, "empty": ""}
HOSTILE: dict[str, str | list[str] | None] = {
    **LOST,
    "repeated": ["no such thing", "no other"],
    "long": "x" * LONG,
    "no text": "a\0b\ud7ff\ufffe\u202e",
    "no choice": "no such thing",
    "huge": "9" * 30,
    "last day": "9999-12-31",
    "last minute": "9999-12-31T23:59",
    "first day": "0001-01-01",
    "no id": "00000000-0000-0000-0000-000000000007",
}
# What one of the databases may not take.
STORED = ("no text", "long", "huge", "last day", "first day")
ENDINGS = (TRIAL, "email", "\0")


class Careless(Form):
    """A form whose page takes what it reads for a number."""

    number: Annotated[str, Raw()]


def careless() -> ResponseReturnValue:
    """Trust the form."""
    return str(int(posted_or_400(Careless).number))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def world(
    request: pytest.FixtureRequest,
    serve: Callable[..., Flask],
    keys: Keys,
    shipped_criteria: LiveCatalog,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[World]:
    """Return the service on each database in turn, with a page that trusts its form."""
    # Hashing a password is slow on purpose, which is tested elsewhere.
    monkeypatch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    url = migrated_on(request.getfixturevalue("postgres_url")) if request.param == "postgresql" else None
    # The tests' own server gives up durability for speed, and the service would not start on it.
    monkeypatch.setattr(durability, "require", lambda _: None)
    app = serve(**({"database_url": url} if url else {}))
    app.add_url_rule("/careless", view_func=careless, methods=["POST"])
    app.testing = False
    kinds = {kind: HOSTILE[kind] for kind in STORED} if url else HOSTILE
    yield World(
        kinds, app, app.extensions[EXTENSION].database, keys, shipped_criteria.current(datetime.now(UTC).date())
    )
    if url:
        app.extensions[EXTENSION].database.close()
        empty_tables(url)


def names_of(form: type[Form]) -> Iterator[tuple[str, Raw]]:
    """Yield every name under which a form sends something, with its field."""
    for name, field in form.fields.items():
        if isinstance(field, Grouped):
            yield from ((field.prefix + ending, field) for ending in ENDINGS)
        else:
            yield field.data_key or name, field


def untold(page: str, sent: dict[str, Any]) -> Iterator[str]:
    """Yield what a page lacks that refuses a form: an alert, a field that is marked, and all that was typed."""
    document = read(page)
    if not any(one.attributes.get("role") == "alert" for one in document.everything()):
        yield "no alert"
    for name, value in sent.items():
        fields = [one for one in document.everything() if one.attributes.get("name") == name and is_typed(one)]
        if fields and isinstance(value, str) and value not in [shown(one) for one in fields]:
            yield f"{name} is lost"


def is_typed(field: Element) -> bool:
    """Whether something is typed into an element that is to be shown again; passwords and codes are not."""
    if field.tag == "textarea":
        return True
    is_text = field.attributes.get("type", "text") not in ("hidden", "password", "checkbox", "radio")
    return field.tag == "input" and is_text and field.attributes.get("autocomplete") != "one-time-code"


def shown(field: Element) -> str:
    """Return what stands in a field."""
    return field.text if field.tag == "textarea" else field.attributes.get("value", "")


def added(before: dict[str, Any], after: dict[str, Any]) -> Iterator[str]:
    """Yield the rows that are new, but for the criteria as they were, which are as long as those are."""
    for name in after.keys() - {"criteria_evidence"}:
        yield from set(after[name]) - set(before[name])


def faults(world: World, form: type[Form], fill: Fill, *, whole: bool = True) -> Iterator[str]:
    """Yield what is wrong with how the service takes a form, field by field."""
    sent, before = fill(world), world.stored()
    for name, field in names_of(form):
        for kind, value in world.kinds.items():
            answer = sent.having(name, value)
            # A file that is made while it is sent fails only as it is read.
            answer.get_data()
            told, after = f"{sent.path} {name}, {kind}: {answer.status_code}", world.stored()
            if answer.status_code >= 500:
                yield told
            if answer.status_code == 422 and kind in ("missing", "no choice"):
                yield from (f"{told}, {one}" for one in untold(answer.text, {**sent.data, name: value}))
            if answer.status_code >= 400 and after != before:
                yield f"{told}, and something was stored"
            yield from (f"{told}, and all of it was stored" for row in added(before, after) if len(row) >= LONG)
            if answer.status_code < 400 and kind in LOST and whole and not field.may_be_empty:
                yield f"{told}, though it must be there"
            if answer.status_code < 400 or answer.status_code == 429:
                sent = fill(world)
                after = world.stored()
            before = after


@pytest.mark.parametrize(
    "form", FILLED, ids=lambda form: f"{form.__module__.removeprefix('prescreen.web.')}.{form.__name__}"
)
def test_no_form_fails_or_stores_what_it_refuses(world: World, form: type[Form]):
    first, *others = FILLED[form]

    assert list(faults(world, form, first)) == []
    assert [fault for fill in others for fault in faults(world, form, fill, whole=False)] == []


def test_a_page_that_trusts_its_form_is_found(world: World):
    client = world.app.test_client()

    found = list(faults(world, Careless, lambda _: Sent(client, "/careless", {"number": "7"})))

    assert len(found) >= len(STORED) - 1
    assert "/careless number, long: 500" in found


def test_a_page_that_loses_what_was_typed_is_found():
    kept = '<div role="alert"></div><input name="a" value="x"><textarea name="b">y</textarea>'

    assert list(untold(kept, {"a": "x", "b": "y", "c": "z"})) == []
    assert list(untold(kept.replace('"x"', '""').replace("alert", "note"), {"a": "x"})) == ["no alert", "a is lost"]


def test_what_is_stored_whole_is_found():
    assert list(added({"note": ["a"], "lead": []}, {"note": ["a", "b"], "lead": ["c"]})) in (["b", "c"], ["c", "b"])


def test_every_form_that_is_declared_is_tried():
    assert set(declared("prescreen.web")) - set(FILLED) == set()
    assert set(declared(__name__)) - set(FILLED) == {Careless}


def test_every_page_that_takes_a_form_is_tried(world: World):
    routes = world.app.url_map.bind("localhost")
    tried = {
        routes.match(one.path, method=one.method)[0] for fills in FILLED.values() for one in (f(world) for f in fills)
    }
    posted = {rule.endpoint for rule in world.app.url_map.iter_rules() if "POST" in (rule.methods or ())}

    assert posted - tried - BUTTONS == {"careless"}
    assert posted - tried >= BUTTONS
