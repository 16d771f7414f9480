"""What was typed into a form that cannot be taken, in words, to be shown again and stored nowhere.

A module of its own, since it reads any form, whatever its fields are.
"""

from flask import request

from prescreen.eligibility.criteria.text import one_line
from prescreen.web.base.forms import FORM_TOKEN
from prescreen.web.base.request_context import catalog

# Set by our own pages, so that they mean nothing to a reader.
_SET_BY_PAGES = frozenset(
    {FORM_TOKEN, "signature", "submission", "shown", "consent", "call", "version", "state", "was", "assignee", "change"}
)
_QUESTION, _ANSWER = "q-", "-answer"


def typed_in_words() -> list[tuple[str, str]]:
    """Return the posted fields that a person filled in, each with the words for it."""
    filled = [(name, [one for one in values if one.strip()]) for name, values in request.form.lists()]
    return [(_words(name), "\n".join(values)) for name, values in filled if values and name not in _SET_BY_PAGES]


def _words(name: str) -> str:
    """Return the question of a field that answers one, else the name of the field."""
    question_id = name.removeprefix(_QUESTION).removesuffix(_ANSWER)
    if name.startswith(_QUESTION) and question_id in catalog().bank:
        return str(catalog().bank[question_id].ask)
    return one_line(name.replace("_", " ").replace("-", " ").capitalize())
