"""Markdown of authors as HTML: consent wordings, and sections of articles with their pictures and cards."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import Markup, escape

from prescreen.catalog.criteria.article_reader import PICTURE
from prescreen.catalog.criteria.catalog import REFERENCES, Section
from prescreen.web.base.language import language
from prescreen.web.base.request_context import catalog
from prescreen.web.look.dots import dots

# Raw HTML and script links in Markdown are shown as text.
_MARKDOWN = MarkdownIt("js-default", {"html": False})
_LONG = 280
"""A paragraph of so many letters stands beside a question without a second one."""
_CITATION = re.compile(r"\[\d+\]")
_CARD = re.compile(r"^(?=### )", re.MULTILINE)

Drawings = tuple[tuple[str, str, str], ...]
"""The address of a picture, the view box of its SVG, and what stands in it."""


def rendered(prose: str | Section) -> Markup:
    """Return Markdown as HTML, with its pictures and with a card for each `###`.

    The words in a drawing are in the language of the section; of a bare text, in that of the page.
    """
    text, spoken = (prose.body, prose.language) if isinstance(prose, Section) else (prose, language())
    return _html(text, tuple(_drawings(text, spoken)))


def beginning(section: Section) -> Section:
    r"""Return a section with its first drawing, and a paragraph or two with the list that the last of them leads to.

    >>> print(beginning(Section("a", "A", "One.\n\n![A leg](figure:leg)\n\nTwo:\n\n- a\n- b\n\nThree.")).body)
    ![A leg](figure:leg)
    <BLANKLINE>
    One.
    <BLANKLINE>
    Two:
    <BLANKLINE>
    - a
    - b
    """
    blocks = _CARD.split(section.body)[0].strip().split("\n\n")
    drawings = [one for one in blocks if (found := PICTURE.fullmatch(one)) and found["address"].startswith("figure:")]
    prose = [one for one in blocks if not one.startswith("![")]
    many = 1 if len(prose[0]) > _LONG else 2
    leads_on = prose[many : many + 1] != [] and prose[many].startswith("- ")
    return replace(section, body="\n\n".join(drawings[:1] + prose[: many + leads_on]))


def cited(html: Markup, page: str) -> Markup:
    """Return HTML in which numbers in brackets link to the references of a page ("": this one)."""
    return Markup(_CITATION.sub(rf'<a href="{escape(page)}#{REFERENCES}">\g<0></a>', str(html)))  # noqa: S704  # ours


def _in_words(self: RendererHTML, tokens: Sequence[Token], place: int, options: OptionsDict, env: EnvType) -> str:
    """Return what a picture shows in words: none is loaded from anywhere."""
    return self.renderInlineAsText(tokens[place].children, options, env)


_MARKDOWN.add_render_rule("image", _in_words)


def _drawings(text: str, spoken: str) -> Iterator[tuple[str, str, str]]:
    figures = catalog().figures
    for address in (found["address"] for found in PICTURE.finditer(text)):
        kind, _, name = address.partition(":")
        if kind == "dots":
            yield address, *dots(int(name))
        elif kind == "figure" and name in figures:
            yield address, figures[name].view_box, figures[name].content.in_language(spoken)


@lru_cache(maxsize=512)
def _html(text: str, drawings: Drawings) -> Markup:
    before, *cards = _CARD.split(text)
    html = _with_pictures(before, drawings, "card")
    if cards:
        within = "".join(f'<div class="card">{_with_pictures(card, drawings, "")}</div>' for card in cards)
        html += f'<div class="grid c2">{within}</div>'
    return Markup(html)  # noqa: S704  # the renderer escapes all HTML of the author


def _with_pictures(text: str, drawings: Drawings, style: str) -> str:
    drawn = {address: svg for address, *svg in drawings}
    shown: list[Token] = []
    for block in _blocks(_MARKDOWN.parse(text)):
        image = _image(block)
        if image is None or image.attrs["src"] not in drawn:
            shown += block
            continue
        figure = _figure(image.content, *drawn[str(image.attrs["src"])])
        if str(image.attrs["src"]).startswith("dots:") and shown and shown[-1].type == "paragraph_close":
            shown[-3:] = [_raw('<div class="grid c2">'), *shown[-3:], _raw(f"<figure>{figure}</figure></div>")]
        else:
            shown.append(_raw(f"<figure{f' class={style}' if style else ''}>{figure}</figure>"))
    return str(_MARKDOWN.renderer.render(shown, _MARKDOWN.options, {}))


def _blocks(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """Yield the tokens of each block that stands in no other."""
    block: list[Token] = []
    for token in tokens:
        block.append(token)
        if token.level == 0 and token.nesting <= 0:
            yield block
            block = []


def _image(block: Sequence[Token]) -> Token | None:
    """Return the picture of a paragraph that is one and nothing else."""
    inside = [one for token in block if block[0].type == "paragraph_open" for one in token.children or ()]
    return inside[0] if len(inside) == 1 and inside[0].type == "image" else None


def _figure(shows: str, view_box: str, content: str) -> str:
    return f'<svg class="pic" role="img" aria-label="{escape(shows)}" viewBox="{escape(view_box)}">{content}</svg>'


def _raw(html: str) -> Token:
    return Token("html_block", "", 0, content=html)
