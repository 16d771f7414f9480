import base64
from dataclasses import fields
from pathlib import Path

import pytest

from prescreen.config import SECRETS, VARIABLES, MailServer, RateLimit, Settings, SettingsError

KEY = base64.b64encode(bytes(range(32))).decode()
SECRET = "correct-horse-battery-staple-0123456789"


def read(**given: str) -> Settings:
    return Settings.from_environment({f"PRESCREEN_{name}": value for name, value in given.items()})


def test_nothing_needs_to_be_set() -> None:
    settings = Settings.from_environment({})

    assert settings.database_url == f"sqlite:///{Path.cwd() / 'instance' / 'prescreen.sqlite3'}"
    assert (settings.host, settings.port, settings.https) == ("127.0.0.1", 8000, False)
    assert settings.criteria.name == "criteria"


def test_an_empty_variable_counts_as_unset() -> None:
    assert read(PORT="", SECRET_KEY=" ", DATABASE_URL="") == Settings.from_environment({})


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_way_to_write_a_postgresql_address_is_understood(scheme: str) -> None:
    assert read(DATABASE_URL=f"{scheme}://u:p@db/x").database_url == "postgresql+psycopg://u:p@db/x"


def test_all_settings_can_be_given() -> None:
    settings = read(
        SECRET_KEY=SECRET, ENCRYPTION_KEYS=f"new:{KEY}", VISITOR_RATE_LIMIT="5/hour", HTTPS="on", WORKERS="3"
    )

    assert (settings.secret_key, settings.workers, settings.https) == (SECRET, 3, True)
    assert settings.visitor_rate_limit == RateLimit(5, 3600)
    assert settings.encryption_keys[0].id == "new"


@pytest.mark.parametrize(("value", "required"), [("", False), ("offered", False), ("required", True)])
def test_a_second_factor_is_offered_unless_it_is_required(value: str, required: bool) -> None:
    assert read(SECOND_FACTOR=value).second_factor_required is required


@pytest.mark.parametrize(("value", "counts"), [("", True), ("on", True), ("off", False)])
def test_counters_are_on_unless_they_are_switched_off(value: str, counts: bool) -> None:
    assert read(COUNTERS=value).counters is counts


def test_the_visitor_rate_limit_can_be_switched_off() -> None:
    assert read(VISITOR_RATE_LIMIT="off").visitor_rate_limit is None


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("SECOND_FACTOR", "on", "'on' is neither required nor offered"),
        ("METRICS_TOKEN", "short", "who guesses it reads what monitoring reads"),
        ("METRICS_TOKEN", "two words " * 5, "without spaces"),
        ("STOP_DELAY", "301", "'301' is not a whole number from 0 to 300"),
        ("SECRET_KEY", "changeme", "it has 8 characters"),
        ("SECRET_KEY", "abc" * 20, "repeats a few characters"),
        ("ENCRYPTION_KEYS", "k1", "key 1 is not id:key"),
        ("ENCRYPTION_KEYS", f"k1:{KEY},k1:{KEY}", "two keys have one id"),
        ("ENCRYPTION_KEYS", f"k1:{KEY},k2:AAAA", "key 2 is not id:key"),
        ("ENCRYPTION_KEYS", f"k1:{base64.b64encode(bytes(32)).decode()}", "can be guessed"),
        ("DATABASE_URL", "mysql://u:hunter2@db/x", "neither sqlite"),
        ("DATABASE_URL", "sqlite://", "neither sqlite"),
        ("DATABASE_URL", "sqlite:///:memory:", "neither sqlite"),
        ("PORT", "0", "'0' is not a whole number from 1 to 65535"),
        ("PORT", "http", "'http' is not a whole number"),
        ("WORKERS", "\u0663", "is not a whole number"),
        ("VISITOR_RATE_LIMIT", "many", "'many' is neither off nor a rate such as 120/minute"),
        ("HTTPS", "maybe", "'maybe' is neither on nor off"),
        ("COUNTERS", "few", "'few' is neither on nor off"),
        ("REGISTRY", "file:///etc/passwd", "it is neither a folder nor an address such as"),
        ("REGISTRY", "ftp://clinicaltrials.gov", "it is neither a folder nor an address such as"),
        ("REGISTRY", "https://u:p@clinicaltrials.gov", "it is neither a folder nor an address such as"),
        ("REGISTRY", "https://clinicaltrials.gov?x=1", "it is neither a folder nor an address such as"),
        ("REGISTRY", "https://[::1", "it is neither a folder nor an address such as"),
        ("REGISTRY", "https://169.254.169.254\\@clinicaltrials.gov", "it is neither a folder nor an address such as"),
        ("REGISTRY", "http://elsewhere.example\\@127.0.0.1", "it is neither a folder nor an address such as"),
        ("REGISTRY", "http://clinicaltrials.gov", "over http somebody on the way could close trials"),
    ],
)
def test_a_faulty_setting_is_refused_in_one_line_that_names_it(name: str, value: str, problem: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read(**{name: value})

    assert str(refused.value).startswith(f"PRESCREEN_{name}: ")
    assert problem in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("name", ["SECRET_KEY", "ENCRYPTION_KEYS", "DATABASE_URL"])
def test_a_refused_secret_is_not_shown(name: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read(**{name: "x://hunter2"})

    assert "hunter2" not in str(refused.value)


def test_settings_do_not_show_secrets() -> None:
    shown = repr(read(SECRET_KEY=SECRET, ENCRYPTION_KEYS=f"k1:{KEY}", DATABASE_URL="postgres://u:hunter2@db/x"))
    assert "monitor" not in repr(read(METRICS_TOKEN="monitor" * 5))

    assert SECRET not in shown
    assert "hunter2" not in shown
    assert repr(bytes(range(32))) not in shown


def test_the_list_of_variables_is_complete() -> None:
    assert VARIABLES == (
        "PRESCREEN_DATABASE_URL",
        "PRESCREEN_CRITERIA",
        "PRESCREEN_INSTANCE",
        "PRESCREEN_SECRET_KEY",
        "PRESCREEN_ENCRYPTION_KEYS",
        "PRESCREEN_HOST",
        "PRESCREEN_PORT",
        "PRESCREEN_WORKERS",
        "PRESCREEN_VISITOR_RATE_LIMIT",
        "PRESCREEN_HTTPS",
        "PRESCREEN_TRUSTED_PROXIES",
        "PRESCREEN_COUNTERS",
        "PRESCREEN_PUBLIC_URL",
        "PRESCREEN_MAIL_URL",
        "PRESCREEN_MAIL_FROM",
        "PRESCREEN_SECOND_FACTOR",
        "PRESCREEN_REGISTRY",
        "PRESCREEN_REGISTRY_CLOSES",
        "PRESCREEN_DELETIONS",
        "PRESCREEN_SECRET_KEY_BEFORE",
        "PRESCREEN_RETENTION",
        "PRESCREEN_METRICS_TOKEN",
        "PRESCREEN_STOP_DELAY",
        "PRESCREEN_HSTS_SUBDOMAINS",
        "PRESCREEN_LEAKED_PASSWORDS",
        "PRESCREEN_DATABASE_READ_URL",
        "PRESCREEN_PUBLISHED_CRITERIA",
        "PRESCREEN_WORKER",
        "PRESCREEN_DATABASE_URL_FILE",
        "PRESCREEN_DATABASE_READ_URL_FILE",
        "PRESCREEN_SECRET_KEY_FILE",
        "PRESCREEN_SECRET_KEY_BEFORE_FILE",
        "PRESCREEN_ENCRYPTION_KEYS_FILE",
        "PRESCREEN_MAIL_URL_FILE",
        "PRESCREEN_METRICS_TOKEN_FILE",
    )


def secret_file(folder: Path, text: str, mode: int = 0o400) -> str:
    file = folder / "secret"
    file.write_text(text)
    file.chmod(mode)
    return str(file)


def test_a_secret_can_be_given_as_a_file(tmp_path: Path) -> None:
    assert read(SECRET_KEY_FILE=secret_file(tmp_path, f"{SECRET}\n")).secret_key == SECRET


@pytest.mark.parametrize("name", SECRETS)
def test_every_secret_can_be_given_as_a_file_and_what_is_wrong_in_it_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=f"PRESCREEN_{name}: ") as refused:
        read(**{f"{name}_FILE": secret_file(tmp_path, "hunter2")})
    assert "hunter2" not in str(refused.value)


def test_every_setting_that_is_not_shown_can_be_given_as_a_file() -> None:
    hidden = {one.name.upper() for one in fields(Settings) if not one.repr}

    assert hidden
    assert hidden - set(SECRETS) == set()


@pytest.mark.parametrize(
    ("text", "mode", "problem"),
    [(SECRET, 0o444, "other users of this machine can read this secret; chmod 400"), ("\n", 0o400, "is empty")],
)
def test_a_file_that_is_no_secret_is_refused(text: str, mode: int, problem: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=rf"PRESCREEN_SECRET_KEY_FILE: .*{problem}"):
        read(SECRET_KEY_FILE=secret_file(tmp_path, text, mode))


def test_a_file_of_a_secret_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"PRESCREEN_SECRET_KEY_FILE: .*gone cannot be read .No such file"):
        read(SECRET_KEY_FILE=str(tmp_path / "gone"))


def test_a_file_of_a_secret_that_is_no_text_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_bytes(b"\xff\xfe")
    file.chmod(0o400)

    with pytest.raises(SettingsError, match=r"PRESCREEN_SECRET_KEY_FILE: .* is no text"):
        read(SECRET_KEY_FILE=str(file))


def test_a_secret_is_not_given_twice(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="PRESCREEN_SECRET_KEY_FILE: PRESCREEN_SECRET_KEY is set too"):
        read(SECRET_KEY=SECRET, SECRET_KEY_FILE=secret_file(tmp_path, SECRET))


def test_what_is_no_secret_is_not_read_from_a_file(tmp_path: Path) -> None:
    assert read(PORT_FILE=secret_file(tmp_path, "9000")).port == 8000


def test_a_mail_server_is_read_with_its_password() -> None:
    server = read(MAIL_URL="smtps://me%40example.org:p%40ss@mail.example.org").mail_url

    assert server == MailServer("mail.example.org", 465, tls=True, user="me@example.org", password="p@ss")
    assert "p@ss" not in repr(server)
    assert read(MAIL_URL="smtp://127.0.0.1:2525").mail_url == MailServer("127.0.0.1", 2525, tls=False)


@pytest.mark.parametrize("host", ["mail.example.org", "mail.example.org/", "10.0.0.9", "127.1"])
def test_a_mail_server_needs_encryption_unless_the_operator_says_otherwise(host: str) -> None:
    (server, clear) = (read(MAIL_URL=f"smtp://{host}{end}").mail_url for end in ("", "?tls=off"))

    assert server is not None and clear is not None  # noqa: PT018
    assert (server.clear_text, clear.clear_text, server.is_loopback) == (False, True, False)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "[::1]", "localhost", "LOCALHOST"])
def test_a_mail_server_on_this_machine_is_known_as_such(host: str) -> None:
    server = read(MAIL_URL=f"smtp://me:secret@{host}?tls=off").mail_url

    assert server is not None
    assert server.is_loopback


def test_a_password_is_never_sent_in_clear_over_a_network() -> None:
    with pytest.raises(SettingsError, match="PRESCREEN_MAIL_URL: with tls=off the password") as refused:
        read(MAIL_URL="smtp://me:hunter2@mail.example.org?tls=off")
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    "value",
    [
        "mail.example.org",
        "http://x",
        "smtp://",
        "smtp://u:hunter2@h:port",
        "smtp://h/x",
        "smtp://h?tls=on",
        "smtp://h?TLS=off",
        "smtp://h?tls=off&x=y",
        "smtps://h?tls=off",
        "smtp://u:p@h#unter2",
    ],
)
def test_an_address_that_is_no_mail_servers_is_refused_without_showing_it(value: str) -> None:
    with pytest.raises(SettingsError, match="PRESCREEN_MAIL_URL: it is not smtp://") as refused:
        read(MAIL_URL=value)
    assert "hunter2" not in str(refused.value)


def test_links_in_letters_begin_with_the_public_address_else_with_where_we_listen() -> None:
    assert read(PUBLIC_URL="https://trials.example.org/").public_address() == "https://trials.example.org"
    assert read(PORT="8100").public_address() == "http://127.0.0.1:8100"


@pytest.mark.parametrize(("name", "value"), [("PUBLIC_URL", "trials.example.org"), ("MAIL_FROM", "Trials <x>")])
def test_a_public_address_or_sender_that_is_none_is_refused(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        read(**{name: value})
