#!/bin/sh
# Run once by the image of PostgreSQL, when its volume is empty. `prescreen` owns the database, for upgrades and restoring;
# `prescreen_service` serves, and may do what `prescreen db grant` lets it. The server's own role has no password, and opens
# only to its user inside the container (peer). POSTGRES_PASSWORD holds both passwords, as deploy/make-secrets writes them.
set -eu
psql --set=ON_ERROR_STOP=1 --username=postgres --dbname=postgres \
    --set=owner="${POSTGRES_PASSWORD%:*}" --set=service="${POSTGRES_PASSWORD#*:}" <<'SQL'
CREATE ROLE prescreen LOGIN PASSWORD :'owner';
CREATE ROLE prescreen_service LOGIN PASSWORD :'service';
CREATE DATABASE prescreen OWNER prescreen;
REVOKE CONNECT ON DATABASE prescreen FROM PUBLIC;
GRANT CONNECT ON DATABASE prescreen TO prescreen_service;
ALTER ROLE postgres PASSWORD NULL;
SQL
cat >"$PGDATA/pg_hba.conf" <<'HBA'
local all postgres peer
local prescreen prescreen,prescreen_service scram-sha-256
HBA
