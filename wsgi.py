"""The WSGI entry point."""

from prescreen.app import create_app

app = create_app()
