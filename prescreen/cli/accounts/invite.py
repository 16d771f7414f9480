"""`prescreen recruiters invite`, and the link for the first administrator that `prescreen serve` prints."""

from dataclasses import replace
from datetime import UTC, datetime

import click

from prescreen.catalog.criteria.catalog import Catalog
from prescreen.cli.accounts.recruiters import assignment, recruiters, right_option, rights_of, role_option
from prescreen.cli.base.command_options import DataError, refuse_call
from prescreen.cli.base.context import opened, todays_catalog
from prescreen.config import Settings
from prescreen.mail.letter_texts import LetterWriter
from prescreen.storage.accounts.recruiters import EVERY_RIGHT, Assignment, Role
from prescreen.workflow.accounts.account_invitations import LINK_LASTS, Invited, invite_first_administrator
from prescreen.workflow.accounts.account_invitations import invite as make_invitation
from prescreen.workflow.accounts.recruiters import AccountError, normalised_email


@recruiters.command()
@click.argument("email", required=False)
@role_option
@click.option(
    "--trial",
    "trials",
    multiple=True,
    metavar="TRIAL[:SITE]",
    help="A trial they work on, at every site or one. May be repeated. An administrator's if left out: every trial.",
)
@right_option
def invite(email: str | None, role: str | None, trials: tuple[str, ...], rights: tuple[str, ...]) -> None:
    """Print a link by which somebody makes an account, once, within seven days; with EMAIL, only for that address."""
    catalog, given = todays_catalog(), rights_of(rights)
    chosen = Role(role) if role else Role.RECRUITER
    assignments = _assignments(catalog, chosen, trials)
    invited = Invited(None, None, chosen, assignments, EVERY_RIGHT if given is None else given)
    with opened() as tools:
        try:
            invited = replace(invited, email=normalised_email(email)) if email else invited
            with tools.database.writing() as session:
                token = make_invitation(session, invited, None, datetime.now(UTC))
        except AccountError as error:
            raise DataError(str(error)) from error
        click.echo(LetterWriter(catalog, tools.settings.public_address()).account_address(token))


def _assignments(catalog: Catalog, role: Role, trials: tuple[str, ...]) -> tuple[Assignment, ...]:
    if not trials and role is not Role.ADMINISTRATOR:
        refuse_call("say which trials it is for, with --trial")
    return tuple(assignment(catalog, text) for text in trials or catalog.trials)


def print_first_link(serving: Settings, catalog: Catalog) -> None:
    """Print a new invitation on standard error if there is no administrator yet."""
    with opened() as tools, tools.database.writing() as session:
        token = invite_first_administrator(session, list(catalog.trials), datetime.now(UTC))
    if token is not None:
        address = LetterWriter(catalog, serving.public_address()).account_address(token)
        days = LINK_LASTS.days
        click.echo(
            f"There is no administrator yet. Make that account here, once, within {days} days: {address}", err=True
        )
