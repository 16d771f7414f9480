"""The ways in which a value may stand in bytes, and the search for all of them."""

from __future__ import annotations

import base64
import codecs
import gzip
import html
import json
import quopri
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import pairwise
from urllib.parse import quote, quote_plus

Spell = Callable[[str], bytes]

_MOST_UNPACKED = 1 << 22
_STREAM = re.compile(rb"\x1f\x8b\x08|[\x08\x18\x28\x38\x48\x58\x68\x78]")
_SHORTEST = 6
_URL_SAFE = bytes.maketrans(b"+/", b"-_")


def _in_base64(start: int) -> Spell:
    """Return what writes a value in base64 that stands so many bytes after the beginning of a group of three."""

    def spelt(value: str) -> bytes:
        coded = base64.b64encode(b"\0" * start + value.encode() + b"\0\0")
        # The first and last signs depend on what stands beside the value.
        return coded[(start * 8 + 5) // 6 : (start + len(value.encode())) * 8 // 6]

    return spelt


def _as_json(value: str) -> bytes:
    return json.dumps(value)[1:-1].encode()


def _as_entities(value: str) -> bytes:
    return html.escape(value).encode("ascii", "xmlcharrefreplace")


SPELLINGS: Mapping[str, Spell] = {
    "utf-8": str.encode,
    "utf-16, little end first": lambda value: value.encode("utf-16-le"),
    "utf-16, big end first": lambda value: value.encode("utf-16-be"),
    "latin-1": lambda value: value.encode("latin-1"),
    "part of an address": lambda value: quote(value, safe="").encode(),
    "form field": lambda value: quote_plus(value).encode(),
    "base64, first place": _in_base64(0),
    "base64, second place": _in_base64(1),
    "base64, third place": _in_base64(2),
    "hexadecimal": lambda value: value.encode().hex().encode(),
    "JSON": _as_json,
    "HTML": lambda value: html.escape(value).encode(),
    "HTML in ASCII": _as_entities,
    "Python": lambda value: ascii(value)[1:-1].encode(),
    "bytes of Python": lambda value: repr(value.encode())[2:-1].encode(),
    "quoted-printable": lambda value: quopri.encodestring(value.encode()),
    "IDNA": lambda value: value.encode("punycode"),
    "backwards": lambda value: value[::-1].encode(),
    "rot13": lambda value: codecs.encode(value, "rot13").encode(),
}
"""Each way to write a value. Those of packed streams are looked into besides: zlib and gzip."""


@lru_cache
def spelt(value: str) -> Mapping[bytes, str]:
    """Return the bytes of a value in every spelling and case, each with the spelling's name."""
    cases = {value, value.lower(), value.upper()}
    found = {spell(case): name for name, spell in reversed(SPELLINGS.items()) for case in cases}
    addresses = {quote(case, safe="").lower().encode(): "part of an address" for case in cases}
    hexadecimal = {case.encode().hex().upper().encode(): "hexadecimal" for case in cases}
    in_addresses = {needle.translate(_URL_SAFE): name for needle, name in found.items() if name.startswith("base64")}
    return {**addresses, **hexadecimal, **in_addresses, **found}


def hits(values: Iterable[str], content: bytes) -> set[tuple[str, str]]:
    """Return which values stand in these bytes, each with its spelling, packed streams in them included."""
    wanted = tuple(values)
    streams = [("", content), *((" packed", one) for one in _unpacked(content))]
    return {
        (value, f"{name}{packed}")
        for packed, text in streams
        for value in wanted
        for needle, name in spelt(value).items()
        if len(needle) >= _SHORTEST and needle in text
    }


def _unpacked(content: bytes) -> Iterator[bytes]:
    """Yield what every zlib or gzip stream in these bytes holds."""
    for found in _STREAM.finditer(content):
        start = found.start()
        is_gzip = content[start] == gzip.compress(b"")[0]
        if is_gzip or int.from_bytes(content[start : start + 2], "big") % 31 == 0:
            yield from _stream(content[start:], is_gzip=is_gzip)


def _stream(content: bytes, *, is_gzip: bool) -> Iterator[bytes]:
    unpacking = zlib.decompressobj(31 if is_gzip else 15)
    try:
        yield unpacking.decompress(content, _MOST_UNPACKED)
    except zlib.error:
        return


def parts_of(value: str) -> list[str]:
    """Return a value and each two neighbours of its words, which would give it away as well.

    >>> parts_of("one two three")
    ['one two three', 'one two', 'two three']
    """
    words = value.split()
    pairs = [" ".join(pair) for pair in pairwise(words)] if len(words) > 2 else []
    return [value, *pairs]
