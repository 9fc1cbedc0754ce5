DROP FUNCTION inventory.statistics(bigint, timestamptz, timestamptz, text);
DROP INDEX inventory.batteries_booked;
