"""Nothing of a text is lost, whatever it looks like."""

import html
import json
import re
from collections import Counter
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


JOINS = {"and", "or"}
CIRCLED = "".join(map(chr, range(0x2460, 0x2474)))


def words_of(text: str) -> Counter[str]:
    """Return the words of a text, but for what may be the number of an item or join it with the next."""
    words = re.findall(rf"[^\W\d_{CIRCLED}]{{2,}}", html.unescape(text))
    return Counter(word for word in words if not ROMAN.fullmatch(word) and word not in JOINS)


def lost(text: str) -> Counter[str]:
    """Return the words that an outline has fewer times than its text."""
    return words_of(text) - words_of(" ".join(part.words for part in outline(text)))


@given(texts)
@example("(" * 50 + "Gout. " * 50)
@example("* " * 200)
@example("Age Note: i) ii) and")
def test_every_word_is_in_a_part_of_the_outline(text: str) -> None:
    assert lost(text) == Counter()


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
        "Inclusion: 1. gout " * 10_000,
        "* gout:\n" * 14_000,
        "• gout " * 14_000,
        "gout; " * 20_000,
        "Gout: 1) limp 2) fall; " * 5_000,
        "(Gout. " * 16_000,
    ],
    ids=lambda text: text[:12].strip(),
)
def test_a_long_text_of_one_shape_is_read_to_its_end(text: str) -> None:
    assert len(outline(text)) > 0 or not words_of(text)


@with_sources
@pytest.mark.parametrize("file", RECORDS, ids=lambda file: file.stem)
def test_of_a_real_record_every_word_is_kept_and_every_quote_stands(file: Path) -> None:
    module = json.loads(file.read_text(encoding="utf-8"))["protocolSection"]["eligibilityModule"]
    text = module["eligibilityCriteria"]
    parts = outline(text)

    assert lost(text) == Counter()
    assert all(pieces_stand(part.criterion.quote, text) for part in parts if part.criterion)
    items = sum(line.lstrip().startswith(("* ", "- ", "• ")) for line in text.splitlines())
    assert len(criteria_in(text)) >= items * 0.6
