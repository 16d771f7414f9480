"""What is doubtful about a criterion, in words for its author."""

from collections.abc import Iterator

from prescreen.eligibility.drafting.doubtful_criteria import (
    ForgottenTicks,
    Judged,
    MixedTimes,
    OptionThatRulesOut,
    forgotten_ticks,
    mixed_times,
    options_that_rule_out,
)

Doubt = OptionThatRulesOut | ForgottenTicks | MixedTimes
"""What may be doubtful about a criterion."""


def told_of(judged: Judged) -> Iterator[tuple[Doubt, str]]:
    """Yield what is doubtful, and how it is told after the criterion's id."""
    yield from ((one, _told_of_option(one)) for one in options_that_rule_out(judged))
    yield from ((ticks, _told_of_ticks(ticks)) for ticks in forgotten_ticks(judged))
    yield from ((mixed, _told_of_times(mixed)) for mixed in mixed_times(judged))


def _told_of_option(one: OptionThatRulesOut) -> str:
    instead = f"'{', '.join(one.instead)}' would" if one.instead else "nothing ticked would"
    return (
        f"does not permit people who answer '{one.question}' with '{one.option}' alone, though {instead}, and "
        f"'{one.option}' is marked never_rules_out: let the criterion permit them, or leave it to the team (checked)"
    )


def _told_of_ticks(ticks: ForgottenTicks) -> str:
    options = " or ".join(f"'{option}'" for option in ticks.options)
    return (
        f"rules out people who do not tick {options} in '{ticks.question}'; nearly all could, "
        "so many only forgot it: ask for what is a problem instead, such as 'cannot ...'"
    )


def _told_of_times(mixed: MixedTimes) -> str:
    return (
        f"takes '{mixed.time_question}' for the time of '{mixed.option}', but it is one time for all of "
        f"'{mixed.list_question}', and may be that of '{mixed.other}': let the rule name all options that open it, "
        "leave out people with others (none_of), or ask the time of each"
    )
