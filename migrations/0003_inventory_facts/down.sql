DROP TABLE inventory.history, inventory.outbox;
DROP SEQUENCE inventory.revision;
