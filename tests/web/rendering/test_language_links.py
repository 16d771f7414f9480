"""Links to a page in other languages, of pages whose addresses are secrets."""

from __future__ import annotations

import functools
import sys

from flask.testing import FlaskClient

from tests.web.markup import read

_Remembering = type(functools.lru_cache(maxsize=1)(len))


def remembered() -> int:
    """Return how many results are kept by all functions of ours that remember what they returned."""
    modules = [(name, vars(module)) for name, module in sys.modules.items() if name.startswith("prescreen.")]
    known = [(name, one) for name, held in modules for one in held.values() if isinstance(one, _Remembering)]
    ours = [one for name, one in known if one.__module__ == name]
    assert len(ours) > 5
    return sum(one.cache_info().currsize for one in ours)


def test_a_private_address_is_linked_to_and_not_remembered(client: FlaskClient):
    sizes = []
    for number in range(5):
        address = f"/my/no-more/private-link-{number}"
        page = read(client.get(address).text)
        assert page.one("a", hreflang="es")["href"] == f"{address}?lang=es"
        sizes.append(remembered())

    assert sizes[1:] == sizes[:1] * 4


def test_a_path_that_begins_with_two_slashes_leads_to_no_other_host(client: FlaskClient):
    page = read(client.get("//example.org/low-back-pain").text)

    assert [one["href"] for one in page.all("a", hreflang="es") if one["href"].startswith("//")] == []
