"""Install what the tests need, or report in one line what is missing: `python -m tests.services`.

With `faults`, also what makes system calls fail, a proxy and a pooler, which only the fault suites need.
"""

import sys

import psycopg

from tests.services import chromium, libreoffice, nginx, pgbouncer, postgres, strace

_MISSING = (
    postgres.NoPostgresError,
    chromium.NoChromiumError,
    libreoffice.NoLibreOfficeError,
    strace.NoStraceError,
    nginx.NoNginxError,
    pgbouncer.NoPgBouncerError,
)


def main() -> int:
    """Report, one line each, that all programs are installed and run."""
    try:
        print(f"PostgreSQL {_postgres_version()}")
        print(f"Chromium {chromium.find_or_install()}")
        print(f"LibreOffice {libreoffice.find_or_install()}")
        if "faults" in sys.argv[1:]:
            print(f"strace {strace.find_or_install()}")
            print(f"nginx {nginx.find_or_install()}")
            print(f"PgBouncer {pgbouncer.find_or_install()}")
    except _MISSING as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _postgres_version() -> str:
    with postgres.throwaway() as url, psycopg.connect(url.replace("+psycopg", "")) as connection:
        return connection.info.parameter_status("server_version") or "of unknown version"


if __name__ == "__main__":
    sys.exit(main())
