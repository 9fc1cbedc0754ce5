DROP VIEW inventory.station_states;
DROP TABLE inventory.batteries;
DROP TABLE inventory.stations;
DROP FUNCTION inventory.touch_updated_at();
DROP SEQUENCE inventory.revision;
DROP SCHEMA inventory;
