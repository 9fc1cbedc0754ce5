ALTER INDEX inventory.stations_by_location RENAME TO stations_by_place;
ALTER TABLE inventory.stations RENAME COLUMN location TO place;
ALTER FUNCTION inventory.location RENAME TO place;
