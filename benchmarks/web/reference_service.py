"""What the pages are compared with, served the same way: `python -m benchmarks.web.reference_service PORT`.

`/bare` is a bare Flask page through Jinja, of the bytes in the file that TWIN_PAGE names. `/walk/1` to `/walk/8` are a
lean screener: a token against foreign forms, a signed cookie, a check of what was typed, and at its end one durable
commit of a sealed lead, its answers and an audit row.
"""

import hmac
import os
import secrets
import socket
import sys
from pathlib import Path

import sqlalchemy as sa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import Flask, redirect, render_template, request, session
from flask.typing import ResponseReturnValue

from prescreen.cli.serving.whole_requests import Limits
from prescreen.cli.serving.worker import serve_app

PAGES = 8

app = Flask(__name__)
app.secret_key = _KEY = secrets.token_bytes(32)
_seal = AESGCM(AESGCM.generate_key(256))
# Read by the tests too, which look into every module and serve none.
_page = Path(os.environ["TWIN_PAGE"]).read_text() if "TWIN_PAGE" in os.environ else ""
_bare = app.jinja_env.from_string("{% raw %}" + _page + "{% endraw %}<!-- {{ number }} -->")
_form = app.jinja_env.from_string(
    "{% raw %}" + _page + "{% endraw %}"
    '<form method="post"><input type="hidden" name="token" value="{{ token }}">'
    '{% for value, label in choices %}<label><input type="radio" name="answer" value="{{ value }}">{{ label }}</label>'
    "{% endfor %}{% if error %}<p>{{ error }}</p>{% endif %}<button>Continue</button></form>"
)
_CHOICES = [("yes", "Yes"), ("no", "No"), ("?", "I don't know")]
_engine = sa.create_engine(f"sqlite:///{os.environ.get('TWIN_DATABASE', ':memory:')}")
_tables = sa.MetaData()
_lead = sa.Table("lead", _tables, sa.Column("id", sa.Integer, primary_key=True), sa.Column("contact", sa.LargeBinary))
_answer = sa.Table(
    "answer", _tables, sa.Column("lead", sa.Integer), sa.Column("page", sa.Text), sa.Column("value", sa.Text)
)
_audit = sa.Table("audit", _tables, sa.Column("lead", sa.Integer), sa.Column("what", sa.Text))


@sa.event.listens_for(_engine, "connect")
def _durable(connection: sa.engine.interfaces.DBAPIConnection, _record: object) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        connection.cursor().execute(f"pragma {pragma}")


_tables.create_all(_engine)


@app.get("/bare")
def bare() -> str:
    """Show a page."""
    return render_template(_bare, number=7)


@app.route("/walk/<int:number>", methods=["GET", "POST"])
def walk(number: int) -> ResponseReturnValue:
    """Ask one question of the lean screener."""
    if request.method == "GET":
        session.setdefault("id", secrets.token_hex(16))
        return render_template(_form, token=_token(), choices=_CHOICES, error="")
    if not hmac.compare_digest(request.form.get("token", ""), _token()):
        return "bad token", 400
    answer = request.form.get("answer", "")
    if answer not in dict(_CHOICES):
        return render_template(_form, token=_token(), choices=_CHOICES, error="Choose one."), 422
    session["answers"] = {**session.get("answers", {}), str(number): answer}
    return redirect(f"/walk/{number + 1}" if number < PAGES else "/send", 303)


@app.route("/send", methods=["GET", "POST"])
def send() -> ResponseReturnValue:
    """Take a lead and keep it."""
    if request.method == "GET":
        return render_template(_form, token=_token(), choices=_CHOICES, error="")
    if not hmac.compare_digest(request.form.get("token", ""), _token()):
        return "bad token", 400
    nonce = os.urandom(12)
    contact = nonce + _seal.encrypt(nonce, request.form["name"].encode(), b"contact")
    with _engine.begin() as connection:
        inserted = connection.execute(sa.insert(_lead), {"contact": contact}).inserted_primary_key
        lead = inserted[0] if inserted else None
        rows = [{"lead": lead, "page": page, "value": value} for page, value in session["answers"].items()]
        connection.execute(sa.insert(_answer), rows)
        connection.execute(sa.insert(_audit), {"lead": lead, "what": "created"})
    session.clear()
    return redirect("/thanks", 303)


@app.get("/thanks")
def thanks() -> str:
    """Thank."""
    return render_template(_bare, number=0)


def _token() -> str:
    return hmac.digest(_KEY, session["id"].encode(), "sha256").hex()


if __name__ == "__main__":
    # Named as TCP, as the project's own socket is: asyncio sends a connection's bytes without delay only then.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as opened:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind(("127.0.0.1", int(sys.argv[1])))
        serve_app(app, opened, Limits(body_bytes=64 * 1024))
