DROP TABLE inventory.batteries, inventory.stations;
DROP FUNCTION inventory.place;
DROP EXTENSION cube;
DROP SCHEMA inventory;
