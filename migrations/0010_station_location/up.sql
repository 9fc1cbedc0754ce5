-- A station's location is called by its name. Services of the version before read it through functions alone, which are
-- made anew with this migration; so they go on.

ALTER FUNCTION inventory.place RENAME TO location;
ALTER TABLE inventory.stations RENAME COLUMN place TO location;
ALTER INDEX inventory.stations_by_place RENAME TO stations_by_location;
