DROP TABLE public.schema_state;
