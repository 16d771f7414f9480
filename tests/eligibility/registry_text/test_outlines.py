"""Nothing of a text is lost, whatever it looks like."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from prescreen.catalog.criterion_comments import pieces_stand
from prescreen.eligibility.registry_text.outlines import outline
from prescreen.eligibility.registry_text.splitting import criteria_in
from tests.sources import BACK, OTHERS, sources, with_sources

RECORDS = [file for file in sources(BACK, OTHERS) if "eligibilityCriteria" in file.read_text(encoding="utf-8")] or [
    Path("left out")
]

PIECES = (
    *("Age", "over", "18", "years;", "gout,", "and", "pain.", "(e.g.", "lupus)", "Inclusion Criteria:", "any", "of"),
    *("Exclusion criteria:", "the following:", "at least", "two", "or", "unless", "Note:", "≥", "4/10", "Group A:"),
    *("\\>", "&gt;", "i)", "ii)", "1.", "2.", "Healthy controls:"),
)

lines = st.builds(
    "{}{}{}".format,
    st.sampled_from(["", "* ", "- ", "  * ", "    - ", "1. ", "2) ", "a. ", "\t", "• "]),
    st.lists(
        st.sampled_from(PIECES),
        max_size=12,
    ).map(" ".join),
    st.sampled_from(["", ":", ";", ".", ","]),
)
texts = st.one_of(st.lists(lines, max_size=25).map("\n".join), st.text(max_size=300))


ROMAN = re.compile(r"[ivx]+|[IVX]+")


def words_of(text: str) -> list[str]:
    """Return the words of a text, but for what may be the number of an item."""
    return [word for word in re.findall(r"[^\W\d_]{2,}", text) if not ROMAN.fullmatch(word)]


@given(texts)
@example("(" * 50 + "Gout. " * 50)
@example("* " * 200)
def test_every_word_is_in_a_part_of_the_outline(text: str) -> None:
    told = " ".join(part.words for part in outline(text))

    assert not set(words_of(text)) - set(words_of(told))


@given(texts)
def test_a_criterion_quotes_what_stands_in_the_text(text: str) -> None:
    for one in criteria_in(text):
        assert not words_of(one.quote) or pieces_stand(one.quote, text)


@pytest.mark.parametrize(
    "text",
    [
        "(" + "Gout. " * 16_000,
        "* gout\n" * 14_000,
        "".join(" " * deep + "* gout\n" for deep in range(400)),
        "1) " * 30_000,
    ],
    ids=["one bracket", "many items", "deep", "many numbers"],
)
def test_a_long_text_of_one_shape_is_read_to_its_end(text: str) -> None:
    assert len(outline(text)) > 0 or not words_of(text)


@with_sources
@pytest.mark.parametrize("file", RECORDS, ids=lambda file: file.stem)
def test_of_a_real_record_every_word_is_kept_and_every_quote_stands(file: Path) -> None:
    module = json.loads(file.read_text(encoding="utf-8"))["protocolSection"]["eligibilityModule"]
    text = module["eligibilityCriteria"]
    parts = outline(text)

    assert not set(words_of(text)) - set(words_of(" ".join(part.words for part in parts)))
    assert all(pieces_stand(part.criterion.quote, text) for part in parts if part.criterion)
    items = sum(line.lstrip().startswith(("* ", "- ", "• ")) for line in text.splitlines())
    assert len(criteria_in(text)) >= items * 0.6
