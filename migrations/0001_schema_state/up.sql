-- Which schema the database has, for the programs that use it. `swapctl migrate` writes it, in the transaction of every
-- change. Roles are made by the bootstrap (deploy/postgres/roles.sql); migrations only grant.

CREATE TABLE public.schema_state (
    version    integer NOT NULL,
    functions  text,
    changed_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT schema_version_positive CHECK (version > 0)
);
COMMENT ON TABLE public.schema_state IS 'One row. A service starts on its own version and on the next one.';
COMMENT ON COLUMN public.schema_state.version IS 'The number of the last migration.';
COMMENT ON COLUMN public.schema_state.functions IS 'Checksum of the functions, triggers and views that are installed; null while they are not.';

-- One row at most.
CREATE UNIQUE INDEX schema_state_once ON public.schema_state ((true));

GRANT SELECT ON public.schema_state TO swapwire_inventory, swapwire_booking;
