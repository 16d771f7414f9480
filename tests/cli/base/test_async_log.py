"""Lines of the log: the same as structlog's console renderer writes without colours, whatever is logged."""

import sys

import structlog
from hypothesis import given
from hypothesis import strategies as st

from prescreen.cli.base.async_log import in_plain_lines

TEXTS = st.text() | st.sampled_from(["screener.question", "two words", "a=b", "it's", 'a "word"', "a\nline", "end "])
VALUES = TEXTS | st.integers() | st.floats() | st.none() | st.lists(TEXTS, max_size=3)
ALWAYS = {"timestamp": st.text(min_size=1), "level": TEXTS, "event": TEXTS}
SOMETIMES = {
    **dict.fromkeys(["page", "ms", "method", "status", "faults"], VALUES),
    **dict.fromkeys(["stack", "exception", "logger", "logger_name"], TEXTS),
}
CONSOLE = structlog.dev.ConsoleRenderer(colors=False)
PLAIN = in_plain_lines(CONSOLE)


@given(st.fixed_dictionaries(ALWAYS, optional=SOMETIMES))
def test_a_line_is_the_one_of_the_console_renderer(told: dict[str, object]) -> None:
    assert PLAIN(None, "info", dict(told)) == CONSOLE(None, "info", dict(told))


def test_an_exception_is_left_to_the_console_renderer() -> None:
    try:
        raise ValueError("no")
    except ValueError:
        told = {"timestamp": "now", "level": "error", "event": "failed", "exc_info": sys.exc_info()}
    assert "ValueError: no" in PLAIN(None, "error", dict(told))


def test_a_line_without_a_level_is_left_to_the_console_renderer() -> None:
    assert PLAIN(None, "info", {"event": "begun", "page": "home"}) == CONSOLE(
        None, "info", {"event": "begun", "page": "home"}
    )
