DROP VIEW booking.holds;
