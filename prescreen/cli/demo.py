"""`prescreen leads sample`: made-up leads for trying out the staff pages."""

import json
from datetime import UTC, datetime
from typing import Any

import click

from prescreen.catalog.base.faults import did_you_mean
from prescreen.catalog.criteria.catalog import Catalog
from prescreen.cli.base.command_options import DataError, json_option
from prescreen.cli.base.context import opened, todays_catalog
from prescreen.cli.base.output import telling
from prescreen.eligibility.assessment.determination import Determination
from prescreen.workflow.demo.synthetic_leads import Fate, Made, NoSampleError, make_sample, plan_sample

MOST = 100_000


@click.command()
@click.argument("count", metavar="N", type=click.IntRange(1, MOST))
@click.option("--trial", "trials", multiple=True, metavar="TRIAL", help="Only for this trial. May be repeated.")
@click.option(
    "--seed", type=click.IntRange(0), default=1, show_default=True, help="The same seed makes the same people."
)
@json_option
def sample(count: int, trials: tuple[str, ...], seed: int, as_json: bool) -> None:
    """Make N plainly artificial leads of the past 30 days, for a sample catalog only.

    They go the same way as what visitors send; nobody is written to. Those of this seed that are there already stay.
    For each new one, visits around it are counted, so that the page of numbers has something to show.
    """
    catalog, now = todays_catalog(), datetime.now(UTC)
    _refuse_unknown(catalog, trials)
    try:
        plan = plan_sample(catalog, trials, seed, now)
    except NoSampleError as error:
        raise DataError(str(error)) from error
    with opened() as tools, telling("leads") as tell:
        made = make_sample(tools.database, tools.keys, plan, count, tell)
    click.echo(json.dumps(_data(made, seed), indent=2) if as_json else _words(made, seed))


def _refuse_unknown(catalog: Catalog, trials: tuple[str, ...]) -> None:
    for name in trials:
        if name not in catalog.trials:
            raise DataError(f"unknown trial '{name}'{did_you_mean(name, catalog.trials)}; nobody was made")


def _data(made: Made, seed: int) -> dict[str, Any]:
    return {
        "seed": seed,
        "leads": made.new,
        "already_there": made.known,
        "referrals": made.referrals.total(),
        "determinations": {one.value: made.referrals[one] for one in Determination},
        "withdrawn": made.fates[Fate.WITHDRAWS],
        "deleted": made.fates[Fate.DELETES],
    }


def _words(made: Made, seed: int) -> str:
    found = made.referrals
    there = f"{made.known:,} of seed {seed} were there already; another --seed makes others\n" if made.known else ""
    return (
        f"{there}made {made.new:,} sample leads with {found.total():,} referrals: "
        f"{found[Determination.POTENTIALLY_ELIGIBLE]:,} may fit, {found[Determination.UNDETERMINED]:,} can't tell yet, "
        f"{found[Determination.INELIGIBLE]:,} don't fit now; "
        f"{made.fates[Fate.WITHDRAWS]:,} withdrew, {made.fates[Fate.DELETES]:,} deleted everything"
    )
