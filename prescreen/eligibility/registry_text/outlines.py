"""The outline of a text of criteria: every part of it with its role, so that nothing is lost silently.

Conventions. A *criterion* is the smallest statement that decides by itself. Each member of a list is one, with the
sentence before the list as its `lead`; but alternatives of an inclusion, and "at least two of", are one criterion with
parts, and so is an exclusion that asks for all of several. Members that only say what the sentence before them means
("defined as", "including", methods of birth control) belong to its text. Sentences that decide by themselves and what
stands between semicolons are criteria each; commas split nothing. A sentence that explains, allows or limits stays with
the one before, since without it the rule would be another. Words of a statement ("will be excluded") count more than
the heading above it. Without a heading a text includes, up to the first exclusion.
"""

import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from enum import StrEnum

from prescreen.eligibility.criteria.trials import Kind
from prescreen.eligibility.registry_text.contexts import Above
from prescreen.eligibility.registry_text.headings import population_of
from prescreen.eligibility.registry_text.leads import Lead, Relation, lead_of, says_kind
from prescreen.eligibility.registry_text.lines import blocks_in
from prescreen.eligibility.registry_text.lists import depths_of, ends_of
from prescreen.eligibility.registry_text.signs import ReadableText, readable
from prescreen.eligibility.registry_text.source_criteria import Joined, SourceCriterion
from prescreen.eligibility.registry_text.statements import (
    InlineList,
    Span,
    explains,
    inline_list,
    semicolons,
    sentences,
    trimmed,
)


class Role(StrEnum):
    """What a part of a text is."""

    HEADING = "heading"
    LEAD = "lead"
    CRITERION = "criterion"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a text: its role, its words as they stand in the source, and the criterion that it is."""

    role: Role
    words: str
    criterion: SourceCriterion | None = None


_NOTE = re.compile(
    r"(?:note|nb|n\.b|remarks?|comment|definitions?|abbreviations?|accept(?:ed|able) (?:methods|forms"
    r"|contracept\w+))\b\s*\d*\s*[:.\-)]"
    r"|(?:for the purposes? of this|further (?:exclusion|inclusion|criteria)|(?:other|additional"
    r"|further) (?:protocol|study)[ -]"
    r"(?:specific|defined)|(?:other|additional|further) (?:inclusion|exclusion|eligibility)\b.{0,40}\bappl)"
    r"|(?:the|this) (?:study|trial) (?:will|is|was|aims)\b|one half of the study sample"
    r"|(?:not applicable|n/a|none)\W*$",
    re.IGNORECASE,
)
_NEUTRAL = re.compile(
    r"(?:patients|subjects|participants|individuals|people|women|men|they)?\W*(?:who\s+)?(?:must|should"
    r"|will|have to|need to)?"
    r"\s*(?:be\s+\w+\s+if\s+they\s+|also\s+)?(?:meet|satisfy|fulfil+)\s+(?:all\s+"
    r"|each\s+)?(?:of\s+)?(?:the\s+)?(?:following|these|below)"
    r".{0,80}[:.]?$|(?:all|each)\s+of\s+the\s+following:?$|(?:patients|subjects|participants)\s+(?:must|should):?$",
    re.IGNORECASE,
)
_SETS_KIND = re.compile(r"\bexcluded\b|\bnot (?:be )?eligible|\bineligible", re.IGNORECASE)
_ONLY_KIND = re.compile(
    r"(?:patients|subjects|participants|individuals|people|those|anyone|exclusion reasons|reasons for exclusion)\b"
    r"(?:(?:who|that|which|meet\w*|with|have|having|if|they|any|one|or|more|of|the|following|these|criteria|conditions"
    r"|characteristics|will|must|should|be|are|is|excluded|not|eligible|ineligible|from|participat\w+|participation|in"
    r"|enrol\w+|entry|to|for|this|study|trial|apply|applies|present|shall|also|reasons|include)\b|\W)*:?$",
    re.IGNORECASE,
)
_AND = re.compile(r"\s+and\s*:?$", re.IGNORECASE)
_GROUP_LEAD = re.compile(r"(?:group|cohort|arm|healthy|controls?)\b[^,.;]{0,40}:$", re.IGNORECASE)
_OR = re.compile(r"(?:or|and/or)\b", re.IGNORECASE)


def outline(text: str) -> tuple[Part, ...]:
    """Return all parts of a text in its order; every word of it is in one of them."""
    return tuple(_Outline(readable(text)).parts())


class _Outline:
    """Reads the blocks of a text one after the other, with what stands above them."""

    def __init__(self, read: ReadableText) -> None:
        self._read, self._text, self._above = read, read.text, Above()
        self._blocks = blocks_in(read.text)
        self._depths = depths_of(read.text, self._blocks)
        self._ends = ends_of(self._blocks, self._depths)

    def parts(self) -> Iterator[Part]:
        """Yield the parts of the whole text."""
        place, after_group = 0, False
        while place < len(self._blocks):
            heading = self._blocks[place].heading
            if heading:
                self._above.enter(heading, after_group=after_group)
                yield self._part(Role.HEADING, self._span(place))
            after_group = bool(heading and heading.population and not heading.kind)
            if heading:
                place += 1
                continue
            self._above.leave(self._depths[place])
            place = yield from self._block(place)

    def _block(self, place: int) -> Generator[Part, None, int]:
        """Yield the parts of a block and of those under it that belong to it; return the place of the next block."""
        start, end = self._span(place)
        if _NOTE.match(self._text, start, end):
            yield from (self._part(Role.NOTE, self._span(one)) for one in range(place, self._ends[place]))
            return self._ends[place]
        if self._ends[place] > place + 1:
            return (yield from self._list(place, start, end))
        if self._text[end - 1] in ":." and _NEUTRAL.match(self._text, start, end):
            yield self._part(Role.LEAD, (start, end))
        else:
            yield from self._statements(start, end)
        return place + 1

    def _list(self, place: int, start: int, end: int) -> Generator[Part, None, int]:
        """Yield a lead with what of its list belongs to it."""
        *own, last = sentences(self._text, start, end) or [(start, end)]
        for one in own:
            yield from self._pieces(one, first=one[0] == start)
        kind = says_kind(self._words(last), self._above.kind, first=not own)
        members = self._members(place)
        lead = lead_of(self._words(last), kind, tuple(map(self._words, members)))
        if lead.relation is Relation.APART and not any(self._limits(one) for one in members):
            yield from self._pieces(last, first=not own)
            return place + 1
        if lead.relation is Relation.EACH:
            yield from self._lead(place, last)
            return place + 1
        listed = self._listed(place) if lead.relation is Relation.PARTS else self._ends[place]
        own_members = [one for one in members if one[0] < self._blocks[listed - 1].end]
        yield self._together(last, kind, lead, range(place + 1, listed), own_members)
        yield from (self._part(Role.NOTE, self._span(one)) for one in range(listed, self._ends[place]))
        return self._ends[place]

    def _listed(self, place: int) -> int:
        """Return the place after the last member of a list that is no note at its end."""
        last, one = place + 1, place + 1
        while one < self._ends[place]:
            if not _NOTE.match(self._text, *self._span(one)):
                last = self._ends[one]
            one = self._ends[one]
        return last if last > place + 1 else self._ends[place]

    def _members(self, place: int) -> list[Span]:
        """Return the members of a list without what stands under them."""
        found, one = list[Span](), place + 1
        while one < self._ends[place]:
            found.append(self._span(one))
            one = self._ends[one]
        return found

    def _limits(self, member: Span) -> bool:
        return explains(self._text, *member) and not _NOTE.match(self._text, *member)

    def _lead(self, place: int, lead: Span) -> Iterator[Part]:
        """Yield a lead and note it for its members; "has gout and:" is a criterion besides."""
        words = self._words(lead)
        if _SETS_KIND.search(words) and self._above.kind is Kind.INCLUSION:
            self._above.kind = Kind.EXCLUSION
        if conjoined := _AND.search(words):
            whole = words[: conjoined.start()]
            yield self._criterion(whole, self._read.quoted(*lead), self._above.kind)
        else:
            yield self._part(Role.LEAD, lead)
        group = words.rstrip(" :") if _GROUP_LEAD.match(words) else None
        is_idle = group or _NEUTRAL.match(words) or _ONLY_KIND.match(words)
        self._above.leads.append((self._depths[place], "" if is_idle else words, group))

    def _together(self, lead: Span, kind: Kind, how: Lead, below: range, members: list[Span]) -> Part:
        """Return the one criterion that a lead is with its whole list."""
        spans = [trimmed(self._text, *self._span(one)) for one in below]
        quote = " ... ".join(self._read.quoted(*one) for one in (lead, *spans))
        listed = "; ".join(map(self._words, spans))
        if how.relation is not Relation.PARTS:
            opened = self._words(lead)
            return self._criterion(f"{opened}{'' if opened.endswith((':', '.', '-')) else ':'} {listed}", quote, kind)
        direct = [trimmed(self._text, *one) for one in members]
        parts = tuple(map(self._words, direct if len(direct) == len(spans) else self._folded(below, direct)))
        return self._criterion(self._words(lead), quote, kind, parts=parts, how=how)

    def _folded(self, below: range, direct: list[Span]) -> list[Span]:
        """Return the members of a list with what stands under them."""
        starts = [start for start, _ in direct][1:]
        return [(one[0], stop) for one, stop in zip(direct, (*starts, self._span(below[-1])[1]), strict=True)]

    def _statements(self, start: int, end: int) -> Iterator[Part]:
        listed = inline_list(self._text, start, end)
        if listed is None or not self._is_list(listed):
            for one in sentences(self._text, start, end):
                yield from self._pieces(one, first=one[0] == start)
        else:
            yield from self._inline(listed, start, end)

    def _is_list(self, listed: InlineList) -> bool:
        head = self._words(listed.head)
        return not head or lead_of(head, self._above.kind, ()).relation is not Relation.APART

    def _inline(self, listed: InlineList, start: int, end: int) -> Iterator[Part]:
        """Yield the criteria of a list within a line."""
        head = self._words(listed.head)
        lead = lead_of(head, self._above.kind, tuple(map(self._words, listed.members))) if head else None
        if lead and lead.relation is Relation.EXPLAINED:
            yield self._criterion(self._words((start, end)), self._read.quoted(start, end), self._above.kind)
            return
        *firsts, final = listed.members
        final, *more = sentences(self._text, *final) or [final]
        members = (*firsts, final)
        if lead and lead.relation is Relation.PARTS:
            quote = self._read.quoted(start, final[1])
            listed_parts = tuple(map(self._words, members))
            yield self._criterion(head, quote, self._above.kind, parts=listed_parts, how=lead)
        else:
            if head:
                yield self._part(Role.LEAD, listed.head)
            yield from (self._one(member, lead=head) for member in members)
        for one in more:
            yield from self._pieces(one, first=False)

    def _pieces(self, sentence: Span, *, first: bool) -> Iterator[Part]:
        """Yield the criteria of a sentence; alternatives of an inclusion stay together."""
        if _NOTE.match(self._text, *sentence):
            yield self._part(Role.NOTE, sentence)
            return
        pieces = semicolons(self._text, *sentence)
        if self._above.kind is Kind.INCLUSION and any(_OR.match(self._text, *one) for one in pieces[1:]):
            pieces = [sentence]
        for one in pieces:
            yield self._one(one, first=first or one is not pieces[0])

    def _one(self, span: Span, *, lead: str = "", first: bool = True) -> Part:
        start, end = trimmed(self._text, *span)
        words = self._words((start, end))
        kind = says_kind(words, self._above.kind, first=first)
        return self._criterion(words, self._read.quoted(start, end), kind, lead=lead)

    def _criterion(  # noqa: PLR0913 - the fields of one criterion
        self,
        words: str,
        quote: str,
        kind: Kind,
        *,
        parts: tuple[str, ...] = (),
        how: Lead | None = None,
        lead: str = "",
    ) -> Part:
        above = self._above
        joined, count = (how.joined, how.count) if how else (Joined.ALL, 0)
        leads = f"{above.lead} {lead}".strip()
        population = population_of(words) or above.group
        found = SourceCriterion(kind, words, quote, leads, parts, joined, count, population, above.stage)
        return Part(Role.CRITERION, quote, found)

    def _part(self, role: Role, span: Span) -> Part:
        return Part(role, self._read.quoted(*span))

    def _span(self, place: int) -> Span:
        return self._blocks[place].start, self._blocks[place].end

    def _words(self, span: Span) -> str:
        return self._read.words(*span)
