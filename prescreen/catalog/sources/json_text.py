"""The bytes of a source as text, and its text as JSON: whatever is wrong is one error that names the place."""

import json
import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from typing import Any, NoReturn

from prescreen.catalog.sources.record_parts import WrittenNumber
from prescreen.catalog.sources.source_record import SourceError

MOST_BYTES = 5_000_000
WHOLE = "the file"
"""The name of the field where an error is about the source as a whole."""
_KEY = re.compile(r'"((?:[^"\\]|\\.){1,80})"\s*:')
_LOOKED_BACK = 200_000
_LOOKED_AT = 2_000
_MANY_ZEROS = 0.4
_MARKS = {b"%PDF": "a PDF", b"PK\x03\x04": "a ZIP archive or a Word file", b"{\\rtf": "RTF", b"\x1f\x8b": "a gzip file"}


def decoded(content: bytes) -> str:
    """Return the text of a source. Raise SourceError where it is empty, too large or no UTF-8."""
    if len(content) > MOST_BYTES:
        raise too_large(len(content))
    for mark, words in _MARKS.items():
        if content.startswith(mark):
            raise SourceError(WHOLE, f"is {words}; save the criteria as plain text in UTF-8")
    if _is_wide(content):
        raise SourceError("byte 0", "this is UTF-16 or UTF-32, not UTF-8; save the file as UTF-8")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError(f"byte {_offset(content)}", "this is not UTF-8; save the file as UTF-8") from error
    if not text.strip():
        raise SourceError(WHOLE, "is empty")
    return text


def _is_wide(content: bytes) -> bool:
    """Whether a text has two or four bytes a character: its first bytes say so, or about half of its bytes are zero."""
    start = content[:_LOOKED_AT]
    return start.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) or start.count(0) > len(start) * _MANY_ZEROS


def too_large(size: int) -> SourceError:
    """Return the error for a source of so many bytes."""
    return SourceError(WHOLE, f"holds {_megabytes(size)} MB, at most {MOST_BYTES // 10**6} MB can be read")


def _megabytes(size: int) -> str:
    """Return a size with as many digits as it takes to be more than what can be read."""
    tenths = f"{size / 1e6:.1f}"
    return tenths if float(tenths) * 1e6 > MOST_BYTES else f"{size / 1e6:.6f}"


def _offset(content: bytes) -> int:
    """Return the offset of the first byte that is no UTF-8, from 0; a byte order mark counts."""
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start
    return len(content)


def parsed(text: str) -> Any:
    """Return the data of a JSON text, with numbers as written. Raise SourceError where it is no JSON."""
    try:
        return _JSON.decode(text)
    except json.JSONDecodeError as error:
        raise _invalid(text, error) from error
    except _RepeatedKeyError as error:
        raise SourceError(error.key, f"is given twice{_second_place(text, error.key)}; keep one") from error
    except RecursionError as error:
        raise SourceError(WHOLE, "is nested too deep to be a record") from error


class _RepeatedKeyError(ValueError):
    """Raised for a key that an object holds twice."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(key)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(pairs)
    if len(data) < len(pairs):
        seen = set[str]()
        for key, _ in pairs:
            if key in seen:
                raise _RepeatedKeyError(key)
            seen.add(key)
    return data


def _refused(word: str) -> NoReturn:
    raise SourceError(word, "is no number of JSON")


_JSON = json.JSONDecoder(
    object_pairs_hook=_once, parse_float=WrittenNumber, parse_int=WrittenNumber, parse_constant=_refused
)


def _invalid(text: str, error: json.JSONDecodeError) -> SourceError:
    """Return what is wrong with a text that is no JSON: it ends too early, or has something wrong in its middle."""
    place = f"line {error.lineno}, column {error.colno}"
    is_cut = error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string")
    if not is_cut:
        return SourceError(place, f"this is not JSON: {error.msg}")
    names = _KEY.findall(text[-_LOOKED_BACK:])
    return SourceError(names[-1] if names else WHOLE, f"the file is cut off here ({place}); fetch the record again")


def _second_place(text: str, key: str) -> str:
    written = re.compile(re.escape(json.dumps(key, ensure_ascii=False)) + r"\s*:")
    places = [found.start() for found in written.finditer(text)][1:]
    return f", at line {text.count(chr(10), 0, places[0]) + 1}" if places else ""
