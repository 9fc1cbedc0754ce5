-- Takes away all functions, triggers and views, before they are made anew. What a table is made of stays: the function
-- of a stored column. Without CASCADE: whatever else depends on one of them is an error, never a loss.
DO $$
DECLARE
    schemas CONSTANT regnamespace[] := ARRAY(SELECT oid::regnamespace FROM pg_namespace
                                             WHERE nspname IN ('inventory', 'booking'));
    names text;
    command text;
BEGIN
    FOR command IN
        SELECT format('DROP TRIGGER %I ON %s', t.tgname, t.tgrelid::regclass)
        FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
        WHERE c.relnamespace = ANY (schemas) AND NOT t.tgisinternal
    LOOP
        EXECUTE command;
    END LOOP;
    SELECT string_agg(p.oid::regprocedure::text, ', ') INTO names FROM pg_proc p
    WHERE p.pronamespace = ANY (schemas)
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.refclassid = 'pg_proc'::regclass AND d.refobjid = p.oid
                      AND d.classid IN ('pg_attrdef'::regclass, 'pg_constraint'::regclass, 'pg_class'::regclass));
    EXECUTE coalesce('DROP ROUTINE ' || names, 'SELECT');
    SELECT string_agg(c.oid::regclass::text, ', ') INTO names FROM pg_class c
    WHERE c.relnamespace = ANY (schemas) AND c.relkind = 'v';
    EXECUTE coalesce('DROP VIEW ' || names, 'SELECT');
END $$;
