"""So that `python -m prescreen.cli` works where the script is not on the path."""

from prescreen.cli.commands import main

main()
