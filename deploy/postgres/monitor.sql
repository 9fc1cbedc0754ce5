-- The role that Postgres' exporter reads with. Run by the superuser where the instance is observed; running it again
-- changes nothing. psql variable: monitor_password.
\set ON_ERROR_STOP on
\set QUIET on
SET client_min_messages = warning;
-- A statement below holds the password: a slow or failed one is not logged.
SET log_statement = 'none';
SET log_min_duration_statement = -1;
SET log_min_error_statement = 'panic';

SELECT 'CREATE ROLE swapwire_monitor' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'swapwire_monitor')
\gexec

-- Statistics and settings, no table.
ALTER ROLE swapwire_monitor LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'monitor_password';
ALTER ROLE swapwire_monitor SET statement_timeout = '5s';
GRANT pg_monitor TO swapwire_monitor;
GRANT CONNECT ON DATABASE swapwire, postgres TO swapwire_monitor;
