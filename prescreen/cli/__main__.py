"""Run the command with `python -m prescreen.cli`, where the script is not on the path."""

from prescreen.cli.commands import main

main()
