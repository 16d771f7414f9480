"""Pages and parts of pages that are the same for all visitors: what is kept of them is of no one."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import DictLoader, Environment, nodes

from prescreen.web.base.request_context import EXTENSION, Kept
from prescreen.web.rendering import shared_parts
from prescreen.web.rendering.shared_parts import filled_page, shared_part
from tests.catalog import folders
from tests.web.markup import read
from tests.web.sentences import TEMPLATES
from tests.web.visitor import DO_NOT_KNOW, SETTLED, Visitor

KEPT = "prescreen.shared_parts"
AGE, OPERATOR, TRIAL = "97", "A sample operator", "NCT03386149"
# Of a visitor or of one request.
OWN = {"visit", "progress", "came_from", "today"}
# Of the catalog, of the language or of the template; every other function or object that templates know is refused.
OF_ALL = {
    *("_", "gettext", "ngettext", "url_for", "comb", "static_file", "shared_part", "hole"),
    *("field_with", "prefix_of", "number_field", "section_to_read", "open_sites", "trial_shown"),
}


def kept(app: Flask) -> dict[object, str]:
    """Return what an app keeps, by language, mount point, template and subjects."""
    found = app.extensions.get(KEPT)
    parts = found.values.items() if isinstance(found, Kept) else ()
    return {(where, key): "|".join(pieces) for where, some in parts for key, (_, pieces) in some.items()}


def shared_templates() -> set[str]:
    """Return the templates that are rendered for all visitors."""
    sources = [path.read_text() for path in TEMPLATES.rglob("*.html")]
    parts = {name for source in sources for name in re.findall(r"(?:shared|filled)_part\(\s*\"([^\"]+)\"", source)}
    return parts | {"interview/question.html"}


def own_names(source: str, known: Collection[str]) -> set[str]:
    """Return what a template, and those that it includes or imports, name of a visitor or of a request.

    `known` are the names that every template knows.
    """
    tree = Environment(extensions=["jinja2.ext.i18n"], autoescape=True).parse(source)
    others = [node.template for node in tree.find_all((nodes.Include, nodes.FromImport))]
    texts = [(TEMPLATES / one.value).read_text() for one in others if isinstance(one, nodes.Const)]
    named = {node.name for node in tree.find_all(nodes.Name)} & (OWN | set(known) - OF_ALL)
    return named.union(*(own_names(text, known) for text in texts))


def read_everything(visitor: Visitor, **headers: str) -> None:
    """Open the pages of the interview, some of them also with a refused reply or from elsewhere."""
    for path in ("", "/urgent", "/screener/review", "/results", "/screener/age?from=review&lost=1", "?utm_source=mail"):
        visitor.client.get(f"/{visitor.slug}{path}", headers=headers)
    for name in (*SETTLED, "age", "height_cm", "circumstances"):
        visitor.client.get(f"/{visitor.slug}/screener/{name}", headers=headers)
        visitor.client.post(f"/{visitor.slug}/screener/{name}", data={"answer": "<i>"}, headers=headers)


@pytest.fixture
def answerer(app: Flask) -> Visitor:
    """Return a visitor with answers of every kind, and warning signs."""
    visitor = Visitor(app.test_client())
    visitor.answers({**SETTLED, "warning_signs": ["fever", "both_legs_old"], "age": AGE, "circumstances": "none"})
    return visitor


@pytest.fixture
def forgetful(app: Flask) -> Flask:
    app.extensions.pop(KEPT, None)
    return app


def test_what_one_visitor_has_kept_is_what_any_other_would_have_kept(forgetful: Flask, answerer: Visitor):
    read_everything(answerer)
    first = kept(forgetful)
    forgetful.extensions.pop(KEPT)
    another = Visitor(forgetful.test_client())
    another.answers({"diagnosed": "no", "taken_medication": DO_NOT_KNOW})
    read_everything(another, Referer="https://example.org/", **{"Accept-Language": "en-GB"})
    second = kept(forgetful)

    both = first.keys() & second.keys()
    assert len(both) > 15
    assert {str(key): (first[key], second[key]) for key in both if first[key] != second[key]} == {}


def test_no_template_that_all_visitors_share_names_a_visitor_or_a_request(app: Flask):
    known = app.jinja_env.globals
    texts = {name: (TEMPLATES / name).read_text() for name in shared_templates()}

    assert len(texts) > 10
    assert {"request", "visit_of", "carried_source"} <= known.keys()
    assert {name: found for name, text in texts.items() if (found := own_names(text, known))} == {}


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("{{ service.name }}{{ _('Go on') }}{{ url_for('content.home') }}", set()),
        ("{% if visit_of(condition.slug).for_another %}x{% endif %}", {"visit_of"}),
        (
            "{% include 'interview/source.html' %}{{ request.args }}{{ language_links() }}",
            {"carried_source", "language_links", "request"},
        ),
        ("{{ own_of_later_code() }}{{ today }}", {"own_of_later_code", "today"}),
    ],
)
def test_a_template_that_names_one_is_found(app: Flask, source: str, found: set[str]):
    assert own_names(source, {*app.jinja_env.globals, "own_of_later_code"}) == found


@pytest.mark.parametrize("question", ["diagnosed", "age"])
def test_where_one_visitor_came_from_is_in_the_refused_reply_of_no_other(forgetful: Flask, question: str):
    page = f"/low-back-pain/screener/{question}"
    sent = [{"answer": "<i>", "via": "mail"}, {"answer": "<i>"}, {"answer": "<i>", "via": "poster"}]
    texts = [forgetful.test_client().post(page, data=one).text for one in sent]

    assert [re.findall(r'name="via" value="(\w+)"', text)[:1] for text in texts] == [["mail"], [], ["poster"]]
    assert [text for text in kept(forgetful).values() if "via" in text] == []


def test_a_part_that_shows_something_of_a_visitor_would_be_found_so(forgetful: Flask, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(forgetful.jinja_env, "loader", DictLoader({"own.html": "{{ request.headers['User-Agent'] }}"}))
    found = []
    for agent in ("one", "another"):
        forgetful.extensions.pop(KEPT, None)
        with forgetful.test_request_context(headers={"User-Agent": agent}):
            shared_part("own.html")
        found.append(kept(forgetful))

    assert found[0].keys() == found[1].keys()
    assert found[0] != found[1]


def test_nothing_that_a_visitor_typed_or_ticked_with_others_is_kept(forgetful: Flask, answerer: Visitor):
    read_everything(answerer)
    texts = kept(forgetful).values()
    inputs = answerer.page("/screener/warning_signs").all("input")
    several = [one for one in inputs if one["name"] == "answer"]

    assert answerer.page("/screener/age").one("input", name="answer")["value"] == AGE
    assert [text for text in texts if f'value="{AGE}"' in text or "&lt;i&gt;" in text] == []
    assert len([one for one in several if "checked" in one]) == 2
    assert [text for text in texts if sum("checked" in one for one in read(text).all("input")) > 1] == []


def test_a_visitor_with_other_answers_to_the_same_questions_adds_nothing(forgetful: Flask, answerer: Visitor):
    read_everything(answerer)
    before = kept(forgetful).keys()
    other = Visitor(forgetful.test_client())
    other.answers({**SETTLED, "warning_signs": ["both_legs_old", "weight_loss"], "age": "22", "circumstances": "none"})
    read_everything(other)

    # Answers decide which option is ticked, and which trials are listed; what is kept of each holds nothing of them.
    of_one = ("field.html", "results/facts.html", "results/to_do.html")
    assert [key for key in kept(forgetful).keys() - before if not any(name in str(key) for name in of_one)] == []


def test_the_same_pages_opened_again_add_nothing(forgetful: Flask, answerer: Visitor):
    pages = ["/interest", f"/interest?trial={TRIAL}", f"/trials/{TRIAL}", "/sheet", "/cleared"]
    kept_each_time = []
    for _ in range(2):
        read_everything(answerer)
        assert {answerer.get(page).status_code for page in pages} == {200}
        kept_each_time.append(kept(forgetful).keys())

    assert kept_each_time[1] - kept_each_time[0] == set()


def test_no_more_is_kept_than_the_most(forgetful: Flask, answerer: Visitor, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(shared_parts, "MOST_KEPT", 5)
    read_everything(answerer)

    assert 0 < len(kept(forgetful)) <= 5


def test_each_language_and_each_mount_point_has_its_own(forgetful: Flask):
    client = forgetful.test_client()

    def menu(language: str, mount: str) -> list[str]:
        page = client.get(
            "/low-back-pain/screener/diagnosed",
            headers={"Accept-Language": language},
            base_url=f"http://localhost{mount}",
        )
        top = read(page.text).one("header")
        return [top.one("details").one("button").text, *(one["href"] for one in top.all("a") if "hreflang" not in one)]

    paths = ["/", "/low-back-pain", "/low-back-pain/results"]
    for _ in range(2):
        assert menu("en", "/") == ["Clear my answers", *paths]
        assert menu("es", "/") == ["Borrar mis respuestas", *paths]
        assert menu("en", "/study") == ["Clear my answers", *(f"/study{path}" for path in paths)]


def test_links_that_carry_a_source_are_kept_for_no_one(forgetful: Flask):
    page = "/low-back-pain/screener/diagnosed"
    from_a_campaign = forgetful.test_client().get(f"{page}?utm_source=mail").text
    from_nowhere = forgetful.test_client().get(page).text

    assert "via=mail" in from_a_campaign
    assert "via" not in from_nowhere
    assert [text for text in kept(forgetful).values() if "via" in text] == []


def test_a_new_catalog_shows_nothing_of_the_one_before(serve: Callable[..., Flask], tmp_path: Path):
    folder = folders.write(tmp_path / "criteria")
    app = serve(criteria=folder)
    page = "/back-pain/screener/leg_pain"
    before = app.test_client().get(page).text
    changed = folders.altered(folders.QUESTIONS, "Do you have leg pain?", "Does a leg hurt?")
    folders.write(folder, {**changed, **folders.altered(folders.CATALOG, OPERATOR, "Another university")})
    app.extensions[EXTENSION] = serve(criteria=folder).extensions[EXTENSION]
    after = app.test_client().get(page).text

    assert ("Do you have leg pain?" in before, "Do you have leg pain?" in after) == (True, False)
    assert "Does a leg hurt?" in read(after).one("legend").text
    assert [OPERATOR in read(page).one("footer").text for page in (before, after)] == [True, False]


def test_what_fills_a_hole_is_escaped_like_everything_else(forgetful: Flask, monkeypatch: pytest.MonkeyPatch):
    templates = {"page.html": "<p>{{ hole('said') }}</p><b>{{ hole('said') }}</b>", "own.html": "{% set said = text %}"}
    monkeypatch.setattr(forgetful.jinja_env, "loader", DictLoader(templates))
    with forgetful.test_request_context():
        found = [str(filled_page("page.html", {}, "own.html", {"text": text})) for text in ("<i>", "\x02said\x03")]

    assert found == ["<p>&lt;i&gt;</p><b>&lt;i&gt;</b>", "<p>\x02said\x03</p><b>\x02said\x03</b>"]
