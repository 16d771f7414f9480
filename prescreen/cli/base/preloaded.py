"""Imports the app, in the fork server: its forks share what is imported here.

A module of its own, since the server imports it by name before it forks.
"""

from pkgutil import resolve_name

from prescreen.cli.base.processes import without_collection

# By name: the app has the commands, and imports them.
with without_collection():
    resolve_name("prescreen.app")
    # Now: a fork made after an update would take the new files for the code that it runs, and sign what the old reads.
    resolve_name("prescreen.catalog.base.signed_cache:engine_version")()
