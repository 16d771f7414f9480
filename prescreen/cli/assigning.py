"""What the commands that make accounts and invitations have in common: role, trials and rights."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from prescreen.catalog.catalog import Catalog
from prescreen.catalog.faults import did_you_mean
from prescreen.cli.choices import DataError
from prescreen.storage.recruiters import Assignment, Right, Role

Command = TypeVar("Command", bound=Callable[..., Any])
NO_RIGHT = "none"


def role_option(command: Command) -> Command:
    """Add `--role`."""
    help_text = "What the account is for; recruiter if left out."
    return click.option("--role", type=click.Choice([role.value for role in Role]), help=help_text)(command)


def right_option(command: Command) -> Command:
    """Add `--right`."""
    kind = click.Choice([*(right.value for right in Right), NO_RIGHT])
    help_text = "What it may export; everything if left out. May be repeated."
    return click.option("--right", "rights", multiple=True, type=kind, help=help_text)(command)


def rights_of(given: tuple[str, ...]) -> frozenset[Right] | None:
    """Give the rights that were named; None where none was, an empty set for `none`."""
    return frozenset(Right(one) for one in given if one != NO_RIGHT) if given else None


def assignment(catalog: Catalog, text: str) -> Assignment:
    """Read `TRIAL` or `TRIAL:SITE`; end the command where there is no such thing."""
    trial_id, colon, site_id = text.partition(":")
    trial = catalog.trials.get(trial_id)
    if trial is None:
        raise DataError(f"unknown trial '{trial_id}'{did_you_mean(trial_id, catalog.trials)}")
    if not colon:
        return Assignment(trial_id)
    sites = [site.id for site in trial.sites]
    if site_id not in sites:
        raise DataError(f"trial {trial_id} has no site '{site_id}'{did_you_mean(site_id, sites)}")
    return Assignment(trial_id, site_id)
