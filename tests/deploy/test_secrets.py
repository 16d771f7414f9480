"""The secrets that `deploy/make-secrets` makes open the service, and its database to nobody else."""

from __future__ import annotations

import os
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

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


@pytest.fixture
def prepared(secrets: Path) -> Iterator[tuple[Cluster, str]]:
    """Run a PostgreSQL that `database.sh` has prepared, as its image does; return the password too."""
    with postgres.cluster() as running:
        _name_as_the_image_does(running)
        password = (secrets / "database_password").read_text().strip()
        environment = {
            "PATH": f"{running.programs}:{os.environ['PATH']}",
            "PGHOST": str(running.folder),
            "PGDATA": str(running.folder / "data"),
            "POSTGRES_PASSWORD": password,
        }
        subprocess.run(["sh", DEPLOY / "container/database.sh"], env=environment, check=True, capture_output=True)
        running.stop()
        running.start()
        yield running, password


def _name_as_the_image_does(running: Cluster) -> None:
    first = running.url.replace("+psycopg", "")
    with psycopg.connect(first, autocommit=True) as connection:
        connection.execute("CREATE ROLE postgres SUPERUSER LOGIN")
    with psycopg.connect(first, user="postgres", autocommit=True) as connection:
        connection.execute(f"ALTER ROLE prescreen RENAME TO {FIRST}")


def refused(running: Cluster, **options: str) -> str:
    with pytest.raises(psycopg.OperationalError) as error:
        psycopg.connect(host=str(running.folder), **options)  # type: ignore[arg-type]
    return str(error.value)


def test_the_service_owns_its_database_and_nothing_else(prepared: tuple[Cluster, str]) -> None:
    running, password = prepared
    where = {"host": str(running.folder), "user": "prescreen", "dbname": "prescreen"}

    with psycopg.connect(**where, password=password) as connection:  # type: ignore[arg-type]
        row = connection.execute(
            "SELECT rolsuper, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = current_user"
        )
        assert row.fetchone() == (False, False, False)
        connection.execute("CREATE TABLE tried (one int)")

    assert "password" in refused(running, user="prescreen", dbname="prescreen", password="guessed")
    assert "pg_hba.conf" in refused(running, user="prescreen", dbname="postgres", password=password)
    assert "pg_hba.conf" in refused(running, user=FIRST, dbname="prescreen", password=password)
