"""The programs that tests need beside Python: a PostgreSQL and a Chromium. Knows nothing of prescreen."""
