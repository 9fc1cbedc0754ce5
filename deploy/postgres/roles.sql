-- The roles and the database. Run by the superuser on every start; running it again changes nothing.
-- psql variables: migrator_password, inventory_password, booking_password.
-- Schemas, tables and what each service may do with them belong to the migrations.
\set ON_ERROR_STOP on
\set QUIET on
SET client_min_messages = warning;
-- The statements below hold passwords: a slow or failed one is not logged.
SET log_statement = 'none';
SET log_min_duration_statement = -1;
SET log_min_error_statement = 'panic';

SELECT format('CREATE ROLE %I', name)
FROM unnest(ARRAY['swapwire_owner', 'swapwire_migrator', 'swapwire_inventory', 'swapwire_booking']) AS name
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name)
\gexec

-- Owns every object and can't log in: what runs with its rights (SECURITY DEFINER) can't be a session.
ALTER ROLE swapwire_owner NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE;
ALTER ROLE swapwire_migrator LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'migrator_password';
ALTER ROLE swapwire_inventory LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'inventory_password';
ALTER ROLE swapwire_booking LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'booking_password';

-- A request answers 503 rather than wait for ever behind a lock or a plan that went wrong. The relay's connections
-- are of the same roles; its largest read, a snapshot of 100,000 stations, takes under a second.
ALTER ROLE swapwire_inventory SET statement_timeout = '10s';
ALTER ROLE swapwire_booking SET statement_timeout = '10s';

-- A session that began a transaction and went silent holds its locks no longer than this. Neither service can take all
-- of the server's connections (max_connections).
ALTER ROLE swapwire_inventory CONNECTION LIMIT 150;
ALTER ROLE swapwire_inventory SET idle_in_transaction_session_timeout = '30s';
ALTER ROLE swapwire_booking CONNECTION LIMIT 150;
ALTER ROLE swapwire_booking SET idle_in_transaction_session_timeout = '30s';

-- The services tell errors that pass from others by Postgres' words (crates/database/src/error.rs).
ALTER ROLE swapwire_inventory SET lc_messages = 'C';
ALTER ROLE swapwire_booking SET lc_messages = 'C';

-- Whatever the migrator creates belongs to the owner.
GRANT swapwire_owner TO swapwire_migrator;
ALTER ROLE swapwire_migrator SET role = 'swapwire_owner';

SELECT 'CREATE DATABASE swapwire OWNER swapwire_owner'
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'swapwire')
\gexec

REVOKE ALL ON DATABASE swapwire, postgres, template1 FROM PUBLIC;
GRANT CONNECT ON DATABASE swapwire TO swapwire_migrator, swapwire_inventory, swapwire_booking;

\connect swapwire
SET client_min_messages = warning;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
-- For the table in which the migrations keep their own history.
GRANT USAGE, CREATE ON SCHEMA public TO swapwire_owner;

-- What Postgres lets everybody do and no service needs: large objects, which no schema's permissions reach, and
-- functions of one's own (DO). Temporary tables went with the database's permissions above.
REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC;
GRANT USAGE ON LANGUAGE plpgsql TO swapwire_owner;
SELECT format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', oid::regprocedure)
FROM pg_proc
WHERE pronamespace = 'pg_catalog'::regnamespace
    AND (proname ~ '^lo_' OR proname IN ('loread', 'lowrite'))
\gexec
