"""YAML files read as text values with their places; what cannot be read is a fault at its place."""

from pathlib import Path
from time import process_time

import pytest

from prescreen.catalog.base.yaml_documents import MOST_BYTES, MOST_LEVELS, Data, Document, parse, read_document


def parsed(text: str) -> Document:
    document = Document("x.yaml")
    parse(text, document)
    return document


def faults(text: str) -> list[str]:
    return [str(fault) for fault in parsed(text).faults]


def read(tmp_path: Path, content: bytes) -> Document:
    (tmp_path / "x.yaml").write_bytes(content)
    return read_document(tmp_path / "x.yaml", "x.yaml")


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("a: no\nb: yes\nc: on\nd: True", {"a": "no", "b": "yes", "c": "on", "d": "True"}),
        ("a: 1:30\nb: 0o17\nc: 1e3\nd: 007\ne: .5", {"a": "1:30", "b": "0o17", "c": "1e3", "d": "007", "e": ".5"}),
        ("a: 2026-11-01\nb: .inf\nc: NaN", {"a": "2026-11-01", "b": ".inf", "c": "NaN"}),
        ("a: null\nb: ~\nc:\nd: ''\ne: 'null'", {"a": None, "b": None, "c": None, "d": "", "e": "null"}),
        ("a: >-\n  one\n  two\nb: |\n  one\n", {"a": "one two", "b": "one\n"}),
        ("no: 1\n1: 2\n? a\n: 3", {"no": "1", "1": "2", "a": "3"}),
        ("[a, {b: c}, [d]]", ["a", {"b": "c"}, ["d"]]),
        ('a: "\\u00e9\\n"', {"a": "é\n"}),
        ("<<: {a: b}", {"<<": {"a": "b"}}),
        ("%YAML 1.1\n---\na: no", {"a": "no"}),
        ("\ufeffa: b", {"a": "b"}),
        ("---\na: b\n...\n", {"a": "b"}),
        ("a: b # a comment\n# another", {"a": "b"}),
        ("plain", "plain"),
        ("", None),
        ("# nothing", None),
    ],
)
def test_every_scalar_stays_text(text: str, data: Data) -> None:
    document = parsed(text)

    assert document.faults == []
    assert document.data == data


def test_places_of_keys_and_values_count_from_one() -> None:
    document = parsed("a: 1\nb:\n  - x\n  - {c: d}\n")

    assert document.place(("b", 1, "c")) == (4, 9)
    assert document.key_place(("b", 1, "c")) == (4, 6)
    assert document.place(("b", 1, "missing")) == (4, 5)
    assert document.place(("missing",)) == (1, 1)
    assert document.key_place(("b", 1, "missing")) is None
    assert document.key_place(("b", 1)) is None


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a: 1\nb: 2\na: 3", "x.yaml:3:1: the key 'a' stands here a second time; keep one"),
        ("a: {b: 1, b: [x, y]}", "x.yaml:1:11: the key 'b' stands here a second time; keep one"),
        ("a: 1\n'a': 2", "x.yaml:2:1: the key 'a' stands here a second time; keep one"),
        ("a: &x 1", "x.yaml:1:4: '&x' is an anchor; anchors are not allowed"),
        ("a: &x [1]", "x.yaml:1:4: '&x' is an anchor; anchors are not allowed"),
        ("&x a: 1", "x.yaml:1:1: '&x' is an anchor; anchors are not allowed"),
        ("a: *x", "x.yaml:1:4: '*x' is an alias; write the value out"),
        ("- *x\n- b", "x.yaml:1:3: '*x' is an alias; write the value out"),
        ("a: !!str 5", "x.yaml:1:4: the tag 'tag:yaml.org,2002:str' is not allowed; write the plain value"),
        ("a: !python/object:os.system [x]", "x.yaml:1:4: the tag '!python/object:os.system' is not allowed"),
        ("!x a: 1", "x.yaml:1:1: the tag '!x' is not allowed"),
        ("a: b\n---\nc: d", "x.yaml:2:1: a second document starts here; a file holds one"),
        ("? [a]\n: b", "x.yaml:1:3: a key must be plain text"),
        ("? {a: b}\n: c", "x.yaml:1:3: a key must be plain text"),
        ("a: b: c", "x.yaml:1:5: this is not valid YAML: mapping values are not allowed in this context"),
        ("a:\n\t- b", "x.yaml:2:1: this is not valid YAML"),
        ("a: [b, c", "x.yaml:1:9: this is not valid YAML"),
        ("a: 'b", "x.yaml:1:6: this is not valid YAML: found unexpected end of stream"),
        ("a: }", "x.yaml:1:4: this is not valid YAML"),
        ("a: 1\n b: 2", "x.yaml:2:3: this is not valid YAML"),
        ("a: @b", "x.yaml:1:4: this is not valid YAML"),
        ("%YAML 9.0\n---\na: b", "x.yaml:1:1: this is not valid YAML"),
    ],
)
def test_what_is_not_allowed_is_named_at_its_place(text: str, fault: str) -> None:
    first, *_ = faults(text)

    assert first.startswith(fault)


def test_several_faults_are_found_in_one_reading() -> None:
    assert [fault.split(": ")[0] for fault in faults("a: &x 1\nb: *x\nb: !t 2\nc: {d: 1, d: *y}")] == [
        "x.yaml:1:4",
        "x.yaml:2:4",
        "x.yaml:3:1",
        "x.yaml:3:4",
        "x.yaml:4:11",
        "x.yaml:4:14",
    ]


def test_the_first_of_two_equal_keys_is_kept() -> None:
    assert parsed("a: 1\na: 2").data == {"a": "1"}


@pytest.mark.parametrize("sign", ["\x00", "\x07", "\x1b", "\x7f", "\x80", "\ufffe"])
def test_a_control_character_is_a_fault_at_its_line(sign: str) -> None:
    [fault] = faults(f"a: b\nc: x{sign}y\n")

    assert fault.startswith("x.yaml:2:")
    assert "character" in fault


@pytest.mark.parametrize("escape", ["\\ud800", "\\e[31m", "\\0", "\\x07", "\\u009b", "\\udfff\\ud800"])
def test_an_escaped_control_character_is_a_fault_at_its_place(escape: str) -> None:
    [fault] = faults(f'a: b\nc: "x{escape}"\n')

    assert fault.startswith("x.yaml:2:4: ")
    assert faults(f'"x{escape}": b')[0].startswith("x.yaml:1:1: ")


@pytest.mark.parametrize(
    "text",
    [
        'a: "\\U00110000"',
        "%YAML 1." + "9" * 5000 + "\n---\na: b",
        "  #\n>2- #!<---\nb*a @...\n",
        "a!<: #\n  :|~--- \\u@!!str -\n %YAML 1.2\n\n-, =",
        "a: !<tag:%ff> 5",
        "a: |0\n b",
        "? ? ? ?",
        "- - -\n -",
    ],
)
def test_no_text_brings_the_reader_down(text: str) -> None:
    assert all(fault.startswith("x.yaml:") and "\n" not in fault for fault in faults(text))


def test_a_level_too_many_is_a_fault_at_its_place() -> None:
    assert faults("[" * MOST_LEVELS + "]" * MOST_LEVELS) == []
    assert faults("[" * (MOST_LEVELS + 1) + "]" * (MOST_LEVELS + 1)) == [
        f"x.yaml:1:{MOST_LEVELS + 1}: this is nested more than {MOST_LEVELS} levels deep"
    ]


def test_a_level_too_many_under_a_repeated_key_is_a_fault_too() -> None:
    *_, last = faults("a: 1\na: " + "[" * 60 + "]" * 60)

    assert "levels deep" in last


LAUGHS = "a0: &a0 [ha]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30))


@pytest.mark.parametrize(
    "text",
    [
        "[" * 20_000,
        "[" * 20_000 + "]" * 20_000,
        "{" * 20_000,
        "{a: " * 20_000,
        "- " * 20_000,
        "? " * 20_000,
        "a: " * 20_000,
        "&a " * 20_000,
        "".join(f"{' ' * depth}- \n" for depth in range(600)),
        LAUGHS,
        "!" * 200_000,
        '"' + "a" * 250_000,
        "a: 'x\n" + "\n" * 250_000,
        "---\n" * 60_000,
    ],
    ids=lambda text: text[:8],
)
def test_hostile_text_is_refused_within_a_second(text: str) -> None:
    started = process_time()
    refused = faults(text)

    assert process_time() - started < 2
    assert refused


@pytest.mark.parametrize(
    "text",
    [
        "[" + "a," * 80_000 + "]",
        "".join(f"k{n}: v\n" for n in range(22_000)),
        "k: v\n" * 40_000,
        "#\n" * 120_000,
        "- ? a\n" * 40_000,
    ],
    ids=lambda text: text[:8],
)
def test_a_full_file_of_anything_is_read_within_seconds(text: str) -> None:
    started = process_time()
    parsed(text)

    assert process_time() - started < 6


def test_a_file_of_the_greatest_size_is_read_and_a_larger_one_is_not(tmp_path: Path) -> None:
    assert read(tmp_path, b"a: b\n#" + b"x" * (MOST_BYTES - 6)).data == {"a": "b"}

    [fault] = read(tmp_path, b"a: b\n#" + b"x" * (MOST_BYTES - 5)).faults
    assert str(fault).startswith(f"x.yaml:1:1: the file has {MOST_BYTES + 1} bytes; at most {MOST_BYTES} are read")


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (b"\xff", "x.yaml:1:1: "),
        (b"a: b\nc: d\xe9\n", "x.yaml:2:5: "),
        (b"a: b\r\n\r\nc: \xc3(\r\n", "x.yaml:3:4: "),
        ("a: b\nc: é\nd: ".encode() + b"\xed\xa0\x80", "x.yaml:3:4: "),
        ("a: b".encode("utf-16"), "x.yaml:1:1: "),
    ],
)
def test_bad_utf8_is_a_fault_at_its_line(tmp_path: Path, content: bytes, place: str) -> None:
    [fault] = read(tmp_path, content).faults

    assert str(fault) == f"{place}this is not UTF-8 text; save the file as UTF-8"


def test_a_byte_order_mark_and_windows_lines_are_read(tmp_path: Path) -> None:
    document = read(tmp_path, b"\xef\xbb\xbfa: b\r\nc: d\r\n")

    assert document.data == {"a": "b", "c": "d"}
    assert document.place(("c",)) == (2, 4)


def test_a_file_that_is_not_there_is_a_fault_of_its_first_line(tmp_path: Path) -> None:
    [fault] = read_document(tmp_path / "x.yaml", "x.yaml").faults

    assert str(fault) == "x.yaml:1:1: the file cannot be read: No such file or directory"


def test_a_folder_named_like_a_file_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").mkdir()

    assert [fault.line for fault in read_document(tmp_path / "x.yaml", "x.yaml").faults] == [1]


def test_lines_count_from_where_the_text_starts_in_its_file() -> None:
    document = Document("x.md")

    parse("a: 1\na: 2\n", document, first_line=2)

    assert [fault.line for fault in document.faults] == [3]
