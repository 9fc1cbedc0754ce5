# Messages to riders. English.
# The value is the title, the attribute the text. station is a station's name, until a time as `time` writes it.

# From parts in the rider's time zone, two digits each but the year.
time = { $year }-{ $month }-{ $day } { $hour }:{ $minute }
# The same where the clock alone does not say when it is: UTC, or an hour that a zone has twice.
time-with-offset = { time } { $offset }

booking_confirmed = Booking confirmed
    .message = A battery is yours at { $station } until { $until }.

booking_ready = Battery ready
    .message = Your battery at { $station } is charged and ready.

booking_expiring = Booking expires soon
    .message = Your booking at { $station } ends at { $until }.

booking_collected = Battery collected
    .message = You have collected your battery at { $station }.

booking_cancelled = Booking cancelled
    .message = Your booking at { $station } is cancelled.

booking_expired = Booking expired
    .message = Your booking at { $station } has expired.
