DROP FUNCTION inventory.distance_km(double precision, double precision, double precision, double precision);
DROP FUNCTION inventory.announce_stations(bigint[]);
DROP FUNCTION inventory.place_batteries(bigint, bigint[], bigint, double precision);
DROP FUNCTION inventory.release_battery(bigint);
DROP FUNCTION inventory.collect_battery(bigint);
DROP FUNCTION inventory.reserve_battery(bigint, bigint);
