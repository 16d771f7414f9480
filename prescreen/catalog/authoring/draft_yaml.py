"""A draft as the text of a trial's file, in the style in which authors write one, and read back as it is.

The text is written here and not by a library, for its style and for its speed: hundreds of drafts a second.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from prescreen.catalog.base.yaml_documents import MOST_BYTES, Data
from prescreen.catalog.criterion_comments import Quote
from prescreen.catalog.drafts.draft import Draft, DraftCriterion, DraftPractical, DraftSite
from prescreen.catalog.drafts.rule_writing import rule_data
from prescreen.catalog.flow_yaml import NO_VALUE, clean, flow, in_flow, in_quotes
from prescreen.catalog.sources.source_record import SourceError
from prescreen.eligibility.criteria.questions import QuestionBank
from prescreen.eligibility.criteria.trials import Kind
from prescreen.eligibility.wording.criterion_names import name_of_group, unique

_WIDTH = 120
_FEW_SITES = 20
_LONGEST_QUOTE = 3000
_KEPT_OF_QUOTE = 1400
_PLAIN = re.compile(r"[+-]?\d+\.\d+|[A-Za-z](?:[\w ()/%.'’+–·-]|[,;](?= )|:(?=\w))*")


def yaml_of(draft: Draft) -> str:
    """Return the text of a draft's file. Raise SourceError where it is longer than a file may be."""
    text = "\n".join(_lines(draft)) + "\n"
    if len(text) > MOST_BYTES // 4 and (size := len(text.encode())) > MOST_BYTES:
        count = len(draft.criteria)
        why = f"its {count} criteria make a file of {size:,} bytes; at most {MOST_BYTES:,} are read. Shorten the text"
        raise SourceError("eligibilityCriteria", why)
    return text


def _lines(draft: Draft) -> Iterator[str]:
    yield from _head(draft)
    yield from _lists([one for one in draft.criteria if one.cohort is None], draft.bank)
    names = dict.fromkeys(one.cohort for one in draft.criteria if one.cohort)
    if names:
        yield from ("", "cohorts:")
    taken = set[str]()
    for name in names:
        own = [one for one in draft.criteria if one.cohort == name]
        yield f"  - id: {unique(name_of_group(name), taken)}"
        yield from _text("name", name.rstrip(" :"), "    ")
        yield from (f"    {line}" for line in _lists(own, draft.bank) if line)


def _lists(criteria: Sequence[DraftCriterion], bank: QuestionBank) -> Iterator[str]:
    """Yield the lists of inclusion and exclusion."""
    for kind in Kind:
        listed = [one for one in criteria if one.kind is kind]
        if listed:
            yield from ("", f"{kind}:")
        for criterion in listed:
            yield from _criterion(criterion, bank)


def _head(draft: Draft) -> Iterator[str]:
    told = ", ".join(f"{key} {value}" for key, value in draft.source.items() if key != "registry")
    of = f"{draft.source.get('registry', '')} record {draft.id}{f', {told}' if told else ''}"
    yield from _comment("", "", f'Drafted from the {of}. Nobody is shown a draft; see README.md, "Drafts".')
    for remark in draft.remarks:
        yield from _comment("", "Draft: ", remark)
    yield f"id: {_scalar(draft.id)}"
    yield "draft: true"
    yield from _text("title", draft.title, "")
    if draft.summary:
        yield from _text("summary", draft.summary, "")
    yield f"conditions: [{', '.join(draft.conditions)}]"
    yield f"status: {draft.status}"
    for key, value in (("phase", draft.phase), ("sponsor", draft.sponsor)):
        if value and clean(value):
            yield f"{key}: {_scalar(value)}"
    yield f"source: {flow(dict(draft.source))}"
    yield from _practical(draft.practical)
    yield from _sites(draft.sites)


def _practical(practical: DraftPractical) -> Iterator[str]:
    entries: dict[str, Data] = {}
    if practical.treatments:
        entries["treatments"] = [kind.value for kind in practical.treatments]
    if practical.placebo is not None:
        entries["placebo"] = "true" if practical.placebo else "false"
    if entries:
        yield f"practical: {flow(entries)}"


def _sites(sites: tuple[DraftSite, ...]) -> Iterator[str]:
    if sites:
        yield "sites:"
    for site in sites:
        entries = {"id": site.id, **site.entries}
        if len(sites) > _FEW_SITES:
            yield f"  - {flow(dict(entries))}"
        else:
            lines = [f"{key}: {_scalar(value)}" for key, value in entries.items()]
            yield from (f"{'    ' if place else '  - '}{line}" for place, line in enumerate(lines))


def _criterion(criterion: DraftCriterion, bank: QuestionBank) -> Iterator[str]:
    for quote in criterion.quotes:
        yield from _quote(quote)
    for remark in criterion.remarks:
        yield from _comment("  ", "Draft: ", remark)
    yield f"  - id: {criterion.id}"
    yield from _text("text", criterion.text, "    ")
    if criterion.rule is not None:
        yield from _entry("rule", rule_data(criterion.rule, bank), "    ")
    elif criterion.checked is not None:
        yield f"    checked: {criterion.checked}"


def _quote(quote: Quote) -> Iterator[str]:
    words = clean(quote.words)
    if len(words) > _LONGEST_QUOTE:
        first, last = words[:_KEPT_OF_QUOTE].rpartition(" ")[0], words[-_KEPT_OF_QUOTE:].partition(" ")[2]
        words = f"{first or words[:_KEPT_OF_QUOTE]} ... {last or words[-_KEPT_OF_QUOTE:]}"
    yield from _comment("  ", f"Record ({quote.field}): " if quote.field else "Record: ", words)


def _comment(indent: str, begins: str, words: str) -> Iterator[str]:
    """Yield a comment, broken into lines that its reader joins again with single blanks."""
    first, *rest = _wrapped(f"{begins}{clean(words)}", _WIDTH - len(indent) - 4)
    yield f"{indent}# {first}".rstrip()
    yield from (f"{indent}#   {line}" for line in rest)


def _wrapped(words: str, width: int) -> list[str]:
    if len(words) <= width:
        return [words]
    lines, line = [], ""
    for word in words.split(" "):
        if line and len(line) + 1 + len(word) > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return [*lines, line]


def _text(key: str, text: str, indent: str) -> Iterator[str]:
    """Yield a text of a key: in its line where it fits, else folded, where every sign stands for itself."""
    words = clean(text) or "-"
    line = f"{indent}{key}: {_scalar(words)}"
    if len(line) <= _WIDTH:
        yield line
        return
    yield f"{indent}{key}: >-"
    yield from (f"{indent}  {part}" for part in _wrapped(words, _WIDTH - len(indent) - 2))


def _scalar(text: str) -> str:
    words = clean(text)
    if _PLAIN.fullmatch(words) and words not in NO_VALUE and not words.endswith((" ", ":")) and " #" not in words:
        return words
    return in_quotes(words)


def _entry(key: str, data: Data, indent: str) -> Iterator[str]:
    """Yield an entry in one line where it fits, else over several, as authors write long rules."""
    line = f"{indent}{in_flow(key)}: {flow(data)}"
    if len(line) <= _WIDTH or isinstance(data, str | None):
        yield line
        return
    yield f"{indent}{in_flow(key)}:"
    yield from _mapping(data, f"{indent}  ") if isinstance(data, dict) else _items(data, f"{indent}  ")


def _mapping(data: Mapping[str, Data], indent: str) -> Iterator[str]:
    for key, value in data.items():
        yield from _entry(key, value, indent)


def _items(data: Iterable[Data], indent: str) -> Iterator[str]:
    for item in data:
        line = f"{indent}- {flow(item)}"
        if len(line) <= _WIDTH or not isinstance(item, dict):
            yield line
            continue
        first, *rest = _mapping(item, f"{indent}  ")
        yield f"{indent}- {first.lstrip()}"
        yield from rest
