"""Links to write or to call hold the address or the number, and nothing that a mail program or a telephone obeys."""

import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

import prescreen
from prescreen.web.base.formatting import call_link, mail_link, text_link

ROOT = Path(prescreen.__file__).parent
BARE = re.compile(r"(mailto|tel|sms):\{\{")


@given(st.text())
def test_a_link_to_write_has_one_recipient_and_no_field(address: str) -> None:
    link = mail_link(address)

    assert not set(link) & set("?&#,; \"'<>")
    assert unquote(link.removeprefix("mailto:")) == address.encode("utf-8", "replace").decode()


def test_an_address_that_would_add_a_recipient_stays_one_address() -> None:
    link = mail_link("a?bcc=spy%40evil.example&subject=hi@example.com")

    assert link == "mailto:a%3Fbcc%3Dspy%2540evil.example%26subject%3Dhi@example.com"


def test_links_to_call_and_to_text_have_the_number() -> None:
    assert (call_link("+1 617-555-0100"), text_link("+16175550100")) == ("tel:+16175550100", "sms:+16175550100")
    assert call_link("+16175550100 ext. 204") == "tel:+16175550100;ext=204"


@pytest.mark.parametrize("path", sorted([*ROOT.rglob("*.html"), *ROOT.rglob("*.txt")]), ids=lambda one: one.name)
def test_no_template_and_no_letter_writes_such_a_link_by_hand(path: Path) -> None:
    assert BARE.findall(path.read_text()) == []


def test_the_guard_finds_a_link_by_hand() -> None:
    assert BARE.findall('<a href="mailto:{{ reach.email }}">') == ["mailto"]
