"""Programs that tests need beside Python: PostgreSQL, Chromium and LibreOffice. Independent of prescreen."""
