"""The secrets that `deploy/make-secrets` makes open the service, and its database to nobody else."""

from __future__ import annotations

import os
import stat
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from click.testing import CliRunner

from prescreen.cli.commands import main
from prescreen.config import Settings
from tests.deploy.deployed import DEPLOY
from tests.services import postgres
from tests.services.postgres import Cluster

# The user of PostgreSQL in tests, which is not that of the system that runs them.
FIRST = "bootstrap"


def make(folder: Path) -> None:
    owner = str(os.geteuid())
    subprocess.run(["sh", DEPLOY / "make-secrets", folder, owner], check=True, capture_output=True)


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    make(tmp_path / "secrets")
    return tmp_path / "secrets"


def given(secrets: Path) -> Settings:
    names = ("secret_key", "encryption_keys", "metrics_token", "database_url")
    return Settings.from_environment({f"PRESCREEN_{one.upper()}_FILE": str(secrets / one) for one in names})


def test_what_is_made_is_accepted_and_closed_to_others(secrets: Path) -> None:
    settings = given(secrets)

    assert settings.secret_key
    assert settings.metrics_token
    assert len(settings.encryption_keys) == 1
    assert settings.database_url.endswith("@/prescreen?host=/run/postgresql")
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o700
    assert {stat.S_IMODE(one.stat().st_mode) for one in secrets.iterdir()} == {0o400}


def test_what_is_there_stays_and_what_is_missing_is_made(secrets: Path) -> None:
    before = given(secrets)
    (secrets / "metrics_token").unlink()

    make(secrets)

    after = given(secrets)
    assert (after.secret_key, after.encryption_keys, after.database_url) == (
        before.secret_key,
        before.encryption_keys,
        before.database_url,
    )
    assert after.metrics_token != before.metrics_token


def test_two_installations_share_nothing(secrets: Path, tmp_path: Path) -> None:
    make(tmp_path / "another")

    one, another = given(secrets), given(tmp_path / "another")

    assert one.secret_key != another.secret_key
    assert one.encryption_keys[0].id != another.encryption_keys[0].id


@dataclass(frozen=True)
class Prepared:
    """A PostgreSQL that `database.sh` has prepared, as its image does, and the addresses that `make-secrets` wrote."""

    running: Cluster
    owner: str
    service: str

    def refused(self, user: str, database: str, password: str) -> str:
        """Return why a connection is refused."""
        with pytest.raises(psycopg.OperationalError) as error:
            psycopg.connect(host=str(self.running.folder), user=user, dbname=database, password=password)
        return str(error.value)


@pytest.fixture
def prepared(secrets: Path) -> Iterator[Prepared]:
    with postgres.cluster(postgres.DURABLE) as running:
        _name_as_the_image_does(running)
        environment = {
            "PATH": f"{running.programs}:{os.environ['PATH']}",
            "PGHOST": str(running.folder),
            "PGDATA": str(running.folder / "data"),
            "POSTGRES_PASSWORD": (secrets / "database_passwords").read_text().strip(),
        }
        subprocess.run(["sh", DEPLOY / "container/database.sh"], env=environment, check=True, capture_output=True)
        running.stop()
        running.start()
        addresses = ((secrets / name).read_text().strip() for name in ("owner_url", "database_url"))
        yield Prepared(running, *(one.replace("/run/postgresql", quote(str(running.folder))) for one in addresses))


def _name_as_the_image_does(running: Cluster) -> None:
    first = running.url.replace("+psycopg", "")
    with psycopg.connect(first, autocommit=True) as connection:
        connection.execute("CREATE ROLE postgres SUPERUSER LOGIN")
    with psycopg.connect(first, user="postgres", autocommit=True) as connection:
        connection.execute(f"ALTER ROLE prescreen RENAME TO {FIRST}")


@pytest.mark.postgres
def test_who_serves_owns_nothing_and_who_owns_is_no_administrator(prepared: Prepared, tmp_path: Path) -> None:
    for arguments in (("db", "upgrade"), ("db", "grant", "prescreen_service")):
        settings = {"PRESCREEN_DATABASE_URL": prepared.owner, "PRESCREEN_INSTANCE": str(tmp_path)}
        result = CliRunner().invoke(main, arguments, env=settings)
        assert result.exit_code == 0, result.output

    with psycopg.connect(prepared.owner) as connection:
        row = connection.execute(
            "SELECT rolsuper, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = current_user"
        )
        assert row.fetchone() == (False, False, False)
    with psycopg.connect(prepared.service) as connection:
        assert connection.execute("SELECT count(*) FROM lead").fetchone() == (0,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("DROP TABLE lead")


@pytest.mark.postgres
def test_nobody_else_gets_in(prepared: Prepared) -> None:
    password = prepared.owner.split(":")[2].split("@")[0]

    assert "password" in prepared.refused("prescreen", "prescreen", "guessed")
    assert "password" in prepared.refused("prescreen_service", "prescreen", password)
    assert "pg_hba.conf" in prepared.refused("prescreen", "postgres", password)
    assert "pg_hba.conf" in prepared.refused(FIRST, "prescreen", password)
