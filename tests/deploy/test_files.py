"""What the files of `deploy/` name is there: settings, commands, paths, versions and limits."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from werkzeug.middleware.proxy_fix import ProxyFix

from prescreen.cli.serving.connections import IDLE_SECONDS, MOST_HEAD_BYTES
from prescreen.cli.serving.worker import STOP_SECONDS
from prescreen.config import PREFIX, SECRETS, USUAL_STOP_DELAY
from prescreen.secret_files import SUFFIX
from prescreen.web.base.security import MOST_BODY_BYTES
from prescreen.workflow.operations import request_numbers
from tests.deploy.deployed import (
    DEPLOY,
    PROGRAM,
    ROOT,
    Step,
    compose,
    image_stages,
    is_command,
    script_commands,
    texts,
    unit,
    unknown_settings,
)

SERVICES = ("prescreen.service", "prescreen-work.service", "prescreen-backup.service")
NOT_OURS = {"database", "proxy"}
CONTAINERFILE = (DEPLOY / "container/Containerfile").read_text()
COMPOSE_TEXT = (DEPLOY / "container/compose.yaml").read_text()
MOST_EXPOSURE = 20
"""Tenths, as `systemd-analyze security` counts from 0 to 10."""
STOPS_WITHIN = USUAL_STOP_DELAY + STOP_SECONDS + 5


@pytest.fixture
def services() -> dict[str, dict[str, Any]]:
    """Return the services of the compose file that run our image."""
    return {name: one for name, one in compose()["services"].items() if name not in NOT_OURS}


@pytest.fixture
def stages() -> list[list[Step]]:
    return image_stages(CONTAINERFILE)


# --- settings and commands ---


@pytest.mark.parametrize("name", [name for name, text in texts().items() if PREFIX in text])
def test_every_setting_that_is_named_is_read(name: str) -> None:
    assert unknown_settings(texts()[name]) == []


def test_units_and_scripts_run_commands_that_there_are() -> None:
    started = [one.split() for name in SERVICES for one in unit(name)["ExecStart"] if one.startswith(f"{PROGRAM} ")]
    scripts = [words for name in ("systemd/prescreen-backup",) for words in script_commands(texts()[name])]

    assert len(started) == 2
    assert len(scripts) == 2
    assert [words for words in (*(one[1:] for one in started), *scripts) if not is_command(words)] == []
    assert f'exec {PROGRAM} "$@"' in texts()["systemd/prescreen"]


def test_containers_run_commands_that_there_are(services: dict[str, dict[str, Any]], stages: list[list[Step]]) -> None:
    last = {one.instruction: one.rest for one in stages[-1]}
    told = re.findall(r"run --rm tools ([a-z].*?)(?:  |`|$)", COMPOSE_TEXT + texts()["container/.env.example"], re.M)

    assert json.loads(last["ENTRYPOINT"]) == ["prescreen"]
    assert is_command(json.loads(last["CMD"]))
    assert [one["command"] for one in services.values() if not is_command(one["command"])] == [["--help"]]
    assert len(told) >= 3
    assert [one for one in told if one != "COMMAND" and not is_command(one.split())] == []


# --- systemd ---


def hardening(name: str) -> str:
    text = texts()[f"systemd/{name}"]
    return text[text.index("# Nothing of the system") : text.index("UMask=")]


def test_every_unit_has_the_same_walls_and_settings() -> None:
    assert len({hardening(name) for name in SERVICES}) == 1
    assert {unit(name)["EnvironmentFile"][0] for name in SERVICES} == {"/etc/prescreen/prescreen.env"}
    assert {(unit(name)["User"][0], unit(name)["StateDirectory"][0]) for name in SERVICES} == {
        ("prescreen", "prescreen")
    }
    assert ". /etc/prescreen/prescreen.env\n" in texts()["systemd/prescreen"]


def test_a_unit_that_is_stopped_has_the_time_to_finish_what_it_took() -> None:
    assert int(unit("prescreen.service")["TimeoutStopSec"][0]) >= STOPS_WITHIN


def test_the_example_of_settings_is_read_alike_by_systemd_and_the_shell(tmp_path: Path) -> None:
    lines = [one for one in texts()["systemd/prescreen.env"].splitlines() if one and not one.startswith("#")]
    by_systemd = dict(re.findall(r'^(\w+)="([^"\\$`]*)"$', "\n".join(lines), re.M))
    shell = f"set -a; . {DEPLOY}/systemd/prescreen.env; exec env"
    shown = subprocess.run(["sh", "-c", shell], env={}, check=True, capture_output=True, text=True).stdout

    assert len(by_systemd) == len(lines) > 5
    assert {name: value for name, _, value in (one.partition("=") for one in shown.splitlines()) if PREFIX in name} == (
        by_systemd
    )


def units_that_run_here(folder: Path) -> list[str]:
    """Write the units with programs of this machine in place of those that an operator installs."""
    here = {PROGRAM: sys.executable, "/usr/local/bin/prescreen-backup": str(DEPLOY / "systemd/prescreen-backup")}
    for path in [*DEPLOY.glob("systemd/*.service"), *DEPLOY.glob("systemd/*.timer")]:
        text = path.read_text()
        for there, program in here.items():
            text = text.replace(f"ExecStart={there}", f"ExecStart={program}")
        (folder / path.name).write_text(text)
    return sorted(str(one) for one in folder.iterdir())


def systemd_analyze(*arguments: str) -> subprocess.CompletedProcess[str]:
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not installed here, so that nothing but the words of the units was looked at")
    return subprocess.run(["systemd-analyze", *arguments], check=False, capture_output=True, text=True)


def test_systemd_finds_no_fault_in_the_units(tmp_path: Path) -> None:
    result = systemd_analyze("verify", "--man=no", *units_that_run_here(tmp_path))

    assert (result.returncode, result.stdout + result.stderr) == (0, "")


def test_systemd_finds_a_fault_in_a_twin(tmp_path: Path) -> None:
    file = tmp_path / "prescreen.service"
    units_that_run_here(tmp_path)
    file.write_text(file.read_text().replace("ProtectSystem=strict", "ProtectSystem=strictly"))

    assert "protect system value" in systemd_analyze("verify", "--man=no", str(file)).stderr


@pytest.mark.parametrize("name", SERVICES)
def test_a_unit_is_exposed_to_little(name: str, tmp_path: Path) -> None:
    units_that_run_here(tmp_path)
    arguments = ("security", "--offline=true", f"--threshold={MOST_EXPOSURE}", "--no-pager", str(tmp_path / name))
    result = systemd_analyze(*arguments)
    if "--offline" in result.stderr:
        pytest.skip("this systemd-analyze cannot look at a unit that is not installed")

    assert result.returncode == 0, result.stdout


# --- the image ---


def test_the_image_has_the_oldest_python_that_the_locks_are_for(stages: list[list[Step]]) -> None:
    needed = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"]
    locked = re.search(r"--python-version (\S+)", (ROOT / "Makefile").read_text())
    images = [one.rest for steps in stages for one in steps if one.instruction == "FROM"]

    assert locked
    assert needed == f">={locked[1]}"
    assert {re.match(r"docker\.io/library/python:(\d+\.\d+)-", one)[1] for one in images} == {locked[1]}  # type: ignore[index]  # none matches: a failure


def test_the_image_installs_what_is_locked_by_its_hashes_alone(stages: list[list[Step]]) -> None:
    installs = [one.rest for one in stages[0] if "pip install" in one.rest]

    assert len(installs) == 2
    assert all("--require-hashes -r requirements.txt" in one or "--no-deps" in one for one in installs)
    assert [one.rest for one in stages[-1] if re.search(r"\bpip\b|\bcurl\b|\bapt", one.rest)] == []
    assert {one.instruction for steps in stages for one in steps} & {"ADD", "ARG"} == set()


def test_the_image_runs_as_nobody_in_particular_and_can_be_asked(stages: list[list[Step]]) -> None:
    last = {one.instruction: one.rest for one in stages[-1]}

    assert last["USER"] == "10001:10001"
    assert "/healthz" in last["HEALTHCHECK"]
    assert not re.search("KEY|TOKEN|PASSWORD|URL", last["ENV"])


def test_what_is_copied_is_there_and_let_through(stages: list[list[Step]]) -> None:
    copied = {
        path
        for steps in stages
        for one in steps
        if one.instruction == "COPY" and not one.rest.startswith("--from")
        for path in one.rest.split()[:-1]
    }
    let_through = {line[1:] for line in texts()["container/Containerfile.dockerignore"].splitlines() if line[0] == "!"}

    assert [path for path in copied if not (ROOT / path).exists()] == []
    assert copied == let_through


# --- compose ---


def test_our_containers_can_change_nothing_and_gain_no_rights(services: dict[str, dict[str, Any]]) -> None:
    assert {"web", "worker", "upgrade", "grant", "tools"} == set(services)
    for one in services.values():
        assert (one["read_only"], one["cap_drop"], one["init"]) == (True, ["ALL"], True)
        assert "no-new-privileges:true" in one["security_opt"]


def test_no_secret_stands_in_the_compose_file(services: dict[str, dict[str, Any]]) -> None:
    made = set(re.findall(r"\| keep (\w+)", texts()["make-secrets"]))
    declared = compose()["secrets"]

    for one in services.values():
        assert {PREFIX + name for name in SECRETS} & set(one["environment"]) == set()
        files = {value.removeprefix("/run/secrets/") for name, value in one["environment"].items() if SUFFIX in name}
        assert files == set(one["secrets"])
        assert files - set(declared) == set()
    assert {Path(one["file"]).name for one in declared.values()} == made | {"mail_url"}


def test_only_who_upgrades_and_restores_owns_the_tables(services: dict[str, dict[str, Any]]) -> None:
    owning = {name for name, one in services.items() if "owner_url" in one["secrets"]}

    assert owning == {"upgrade", "grant", "tools"}
    assert {name for name, one in services.items() if "database_url" in one["secrets"]} == {"web", "worker"}
    assert services["grant"]["command"] == ["db", "grant", "prescreen_service"]


def test_the_compose_file_and_its_example_name_the_same_variables() -> None:
    asked = set(re.findall(r"\$\{(\w+)", COMPOSE_TEXT))
    given = set(re.findall(r"^(\w+)=", texts()["container/.env.example"], re.M))

    assert asked == given


def test_only_the_proxy_is_reached_from_outside_and_only_letters_leave() -> None:
    found = compose()["services"]

    assert [name for name, one in found.items() if "ports" in one] == ["proxy"]
    assert {name for name, one in found.items() if one.get("network_mode") == "none"} == {
        "database",
        "upgrade",
        "grant",
        "tools",
    }
    assert {name for name, one in found.items() if "outside" in one.get("networks", ())} == {"proxy", "worker"}
    assert compose()["networks"]["inside"]["internal"] is True


def test_containers_wait_for_each_other_and_are_stopped_in_time() -> None:
    found = compose()["services"]
    web = found["web"]

    assert web["depends_on"]["grant"] == {"condition": "service_completed_successfully"}
    assert found["grant"]["depends_on"]["upgrade"] == {"condition": "service_completed_successfully"}
    assert found["worker"]["depends_on"] == web["depends_on"]
    assert found["upgrade"]["depends_on"]["database"] == {"condition": "service_healthy"}
    assert "/readyz" in web["healthcheck"]["test"][-1]
    assert int(web["stop_grace_period"].removesuffix("s")) >= STOPS_WITHIN
    assert web["environment"]["PRESCREEN_WORKER"] == "off"


def test_files_that_the_compose_file_mounts_are_there() -> None:
    mounted = re.findall(r"- (\.\.?/[^:]+):", COMPOSE_TEXT)
    build = compose()["x-prescreen"]["build"]

    assert len(mounted) == 2
    assert [one for one in mounted if not (DEPLOY / "container" / one).resolve().is_file()] == []
    assert (DEPLOY / "container" / build["context"]).resolve() == ROOT
    assert (ROOT / build["dockerfile"]).is_file()


# --- proxies: what they say and what the service says is one fact ---

NGINX, CADDY = texts()["proxy/nginx.conf"], texts()["proxy/Caddyfile"]


def test_proxies_take_as_much_as_the_service() -> None:
    assert f"client_max_body_size {MOST_BODY_BYTES // 1024}k;" in NGINX
    assert f"client_body_buffer_size {MOST_BODY_BYTES // 1024}k;" in NGINX
    assert f"max_size {MOST_BODY_BYTES // 1024}KiB" in CADDY
    assert f"max_header_size {MOST_HEAD_BYTES // 1024}KiB" in CADDY
    assert f"large_client_header_buffers 4 {MOST_HEAD_BYTES // 4 // 1024}k;" in NGINX


def test_proxies_leave_an_idle_connection_before_the_service_closes_it() -> None:
    assert int(re.search(r"keepalive_timeout (\d+)s;\n}", NGINX)[1]) < IDLE_SECONDS  # type: ignore[index]  # as above
    assert int(re.search(r"keepalive (\d+)s", CADDY)[1]) < IDLE_SECONDS  # type: ignore[index]  # as above


def test_nginx_sets_every_header_that_the_service_believes() -> None:
    # `app.py` gives the middleware these three; without a value of the proxy, it would believe the visitor's.
    believed = {f"X-Forwarded-{name}" for name in ("For", "Proto", "Host")} | {request_numbers.HEADER}
    defaults = ProxyFix(lambda _environ, _start: ())

    assert (defaults.x_port, defaults.x_prefix) == (0, 0)
    assert believed - set(re.findall(r"proxy_set_header (\S+)", NGINX)) == set()
    assert "$proxy_add_x_forwarded_for" not in NGINX
    assert f"header_up {request_numbers.HEADER} " in CADDY


def test_what_nginx_logs_names_no_page() -> None:
    logged = re.search(r"log_format prescreen '(.*)';", NGINX)

    assert logged
    assert re.findall(r"\$(?:request|request_uri|uri|args|query_string|http_\w+|remote_\w+)\b", logged[1]) == []
    assert set(re.findall(r"access_log ([^ ;]+)", NGINX)) == {"/var/log/nginx/prescreen.access.log", "off"}
    assert set(re.findall(r"error_log \S+ (\w+);", NGINX)) == {"alert"}
