"""Install what the tests need, or report in one line what is missing: `python -m tests.services`.

With `faults`, also what makes system calls fail, a proxy and a pooler, which only the fault suites need; with
`proxies`, also those that `deploy/proxy` configures.
"""

import sys

import psycopg

from tests.services import chromium, libreoffice, pgbouncer, postgres, proxies, strace

_MISSING = (
    postgres.NoPostgresError,
    chromium.NoChromiumError,
    libreoffice.NoLibreOfficeError,
    strace.NoStraceError,
    pgbouncer.NoPgBouncerError,
    proxies.NoProxyError,
)


def main() -> int:
    """Report, one line each, that all programs are installed and run."""
    try:
        print(f"PostgreSQL {_postgres_version()}")
        print(f"Chromium {chromium.find_or_install()}")
        print(f"LibreOffice {libreoffice.find_or_install()}")
        if "faults" in sys.argv[1:]:
            print(f"strace {strace.find_or_install()}")
            print(f"nginx {proxies.find_or_install('nginx')}")
            print(f"PgBouncer {pgbouncer.find_or_install()}")
        for name in proxies.NAMES if "proxies" in sys.argv[1:] else ():
            print(f"{name} {proxies.find_or_install(name)}")
    except _MISSING as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _postgres_version() -> str:
    with postgres.throwaway() as url, psycopg.connect(url.replace("+psycopg", "")) as connection:
        return connection.info.parameter_status("server_version") or "of unknown version"


if __name__ == "__main__":
    sys.exit(main())
