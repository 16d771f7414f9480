"""YAML files read as text values with their places; what cannot be read is a fault at its place."""

import runpy
from collections.abc import Iterator
from pathlib import Path
from time import process_time

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from prescreen.catalog.base import yaml_documents
from prescreen.catalog.base.yaml_documents import MOST_BYTES, MOST_LEVELS, Data, Document, Steps, parse, read_document

SHIPPED = sorted((Path(__file__).parents[3] / "criteria").rglob("*.yaml"))

HIDDEN = "an invisible character stands here, and could make the text read otherwise than it is; delete it"


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


def test_a_value_that_is_empty_or_an_indented_block_has_the_place_of_its_key() -> None:
    document = parsed("a:\n\n  b: c\nd:\n- e\nf:\ng: ''\nh: [\n  i]\n")

    assert [document.place((key,)) for key in "adfgh"] == [(1, 1), (5, 1), (6, 1), (7, 4), (8, 4)]
    assert document.place(("h", 0)) == (9, 3)


def test_a_place_after_a_repeated_key_is_not_moved_by_what_was_skipped() -> None:
    document = parsed("a: 1\na: [x, {y: z}]\nb: 2\n")

    assert (document.key_place(("b",)), document.place(("b",))) == ((3, 1), (3, 4))


def composed(text: str) -> Iterator[tuple[Steps, Data, tuple[int, int], tuple[int, int] | None]]:
    """Yield each part with its data, place and key's place, as PyYAML's composer in Python reads them."""
    yield from _composed(yaml.compose(text, Loader=yaml.SafeLoader), (), None)


def _composed(
    node: yaml.Node, steps: Steps, key: tuple[int, int] | None
) -> Iterator[tuple[Steps, Data, tuple[int, int], tuple[int, int] | None]]:
    place = _place(node)
    is_block = isinstance(node, yaml.CollectionNode) and not node.flow_style and key and key[1] < place[1]
    is_empty = isinstance(node, yaml.ScalarNode) and node.start_mark.index == node.end_mark.index
    yield steps, _data(node), key if key and (is_block or is_empty) else place, key
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            yield from _composed(value, (*steps, name.value), _place(name))
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield from _composed(item, (*steps, index), None)


def _place(node: yaml.Node) -> tuple[int, int]:
    return node.start_mark.line + 1, node.start_mark.column + 1


def _data(node: yaml.Node) -> Data:
    if isinstance(node, yaml.MappingNode):
        return {name.value: _data(value) for name, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_data(item) for item in node.value]
    return None if node.style is None and node.value in ("", "~", "null") else str(node.value)


def assert_read_as_composed(text: str) -> None:
    document = parsed(text)
    for steps, data, place, key_place in composed(text):
        part: Data = document.data
        for step in steps:
            part = part[step]  # type: ignore[index, call-overload]
        assert part == data
        assert document.place(steps) == place
        assert document.key_place(steps) == key_place
    assert document.faults == []


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_a_shipped_file_is_read_as_a_plain_composer_reads_it(file: Path) -> None:
    assert_read_as_composed(file.read_text())


KEYS = st.from_regex(r"[a-z_]{1,5}", fullmatch=True)
SIGNS = st.characters(categories=["L", "M", "N", "P", "S", "Zs"], include_characters="\n")
TREES = st.recursive(
    st.none() | st.text(SIGNS, max_size=40) | st.integers().map(str),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)


@given(TREES, st.sampled_from([None, True, False]), st.sampled_from(["\n", "\r\n"]), st.integers(8, 90))
def test_what_another_library_writes_is_read_as_a_plain_composer_reads_it(
    data: Data, flow: bool | None, ending: str, width: int
) -> None:
    text = yaml.safe_dump(data, allow_unicode=True, default_flow_style=flow, width=width, line_break=ending)

    assert_read_as_composed(text)


@pytest.mark.parametrize("sign", ["\x85", "\u2028", "\u2029"])
def test_a_rare_end_of_a_line_is_a_blank_so_that_lines_count_as_in_an_editor(sign: str) -> None:
    document = parsed(f"a: x{sign}y\nb: |\n  x{sign}y\nc: 'x{sign}y'  # a{sign}b\nd: *e\n")

    assert document.data == {"a": "x y", "b": "x y\n", "c": "x y", "d": None}
    assert [(fault.line, fault.column) for fault in document.faults] == [(5, 4)]


def test_a_reader_without_libyaml_is_refused_when_it_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(yaml, "CSafeLoader")

    with pytest.raises(ImportError, match="PyYAML lacks its part in C"):
        runpy.run_path(yaml_documents.__file__)


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


def test_a_character_that_is_not_allowed_is_told_before_anything_else() -> None:
    assert faults("a: *b\nc: }\nd: \x07\n") == [
        "x.yaml:3:1: the file holds a character that YAML does not allow; delete it"
    ]


@pytest.mark.parametrize("escape", ["\\ud800", "\\e[31m", "\\0", "\\x07", "\\u009b", "\\udfff\\ud800"])
def test_an_escaped_control_character_is_a_fault_at_its_place(escape: str) -> None:
    [fault] = faults(f'a: b\nc: "x{escape}"\n')

    assert fault.startswith("x.yaml:2:4: ")
    assert faults(f'"x{escape}": b')[0].startswith("x.yaml:1:1: ")


@pytest.mark.parametrize("escape", ["\\u202e", "\\u2066", "\\u200b", "\\U000e0041"])
def test_an_escaped_invisible_character_is_a_fault_at_its_place(escape: str) -> None:
    assert faults(f'a: b\nc: "x{escape}y"\n') == [f"x.yaml:2:4: {HIDDEN}"]


def test_what_shows_or_joins_letters_of_other_scripts_may_be_escaped() -> None:
    assert faults(r'a: "\u00e9 \u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645 \u200f\u2764\ufe0f"') == []


@pytest.mark.parametrize(
    "text",
    [
        'a: "\\U00110000"',
        "%YAML 1." + "9" * 5000 + "\n---\na: b",
        "  #\n>2- #!<---\nb*a @...\n",
        "a!<: #\n  :|~--- \\u@!!str -\n %YAML 1.2\n\n-, =",
        "a: !<tag:%ff> 5",
        "a: !<tag:%ed%a0%80> 5",
        "a: \ud800",
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


def test_a_fault_at_each_part_of_a_full_file_is_told_within_seconds() -> None:
    document = parsed("".join(f"k{n}: {{a: v}}\n" for n in range(16_000)))
    started = process_time()
    for n in range(16_000):
        document.report((f"k{n}", "a"), "a fault")

    assert process_time() - started < 3
    assert document.faults[-1].line == 16_000


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
        ("é😀: ".encode() + b"\xff", "x.yaml:1:5: "),
        (b"\xef\xbb\xbfab: \xff\n", "x.yaml:1:5: "),
        (b"\xef\xbb\xbfa: b\n\xff", "x.yaml:2:1: "),
        (b"a: b\rc: \xff", "x.yaml:2:4: "),
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
