"""What tests need beside Python: a PostgreSQL, a Chromium and a LibreOffice. Knows nothing of prescreen."""
