#!/bin/sh
# Run once by the image of PostgreSQL, when its volume is empty. The service gets a role that owns its database and
# nothing else; the server's own role has no password, and opens only to its user inside the container (peer).
set -eu
psql --set=ON_ERROR_STOP=1 --username=postgres --dbname=postgres --set=password="$POSTGRES_PASSWORD" <<'SQL'
CREATE ROLE prescreen LOGIN PASSWORD :'password';
CREATE DATABASE prescreen OWNER prescreen;
REVOKE CONNECT ON DATABASE prescreen FROM PUBLIC;
ALTER ROLE postgres PASSWORD NULL;
SQL
cat >"$PGDATA/pg_hba.conf" <<'HBA'
local all postgres peer
local prescreen prescreen scram-sha-256
HBA
