# Messages to riders. German.

time = { $day }.{ $month }.{ $year } um { $hour }:{ $minute } Uhr
time-with-offset = { time } ({ $offset })

booking_confirmed = Reservierung bestätigt
    .message = An der Station { $station } ist bis zum { $until } ein Akku für Sie reserviert.

booking_ready = Akku bereit
    .message = Ihr Akku an der Station { $station } ist geladen und bereit.

booking_expiring = Reservierung läuft bald ab
    .message = Ihre Reservierung an der Station { $station } endet am { $until }.

booking_collected = Akku abgeholt
    .message = Sie haben Ihren Akku an der Station { $station } abgeholt.

booking_cancelled = Reservierung storniert
    .message = Ihre Reservierung an der Station { $station } ist storniert.

booking_expired = Reservierung abgelaufen
    .message = Ihre Reservierung an der Station { $station } ist abgelaufen.
