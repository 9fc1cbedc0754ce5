# Messages to riders. Amharic, not reviewed by a native speaker.
# Dates are Gregorian, hours those of the clock that counts 24 from midnight.

time = { $day }/{ $month }/{ $year } { $hour }:{ $minute }
time-with-offset = { time } ({ $offset })

booking_confirmed = ባትሪ ተይዟል
    .message = በ{ $station } ጣቢያ እስከ { $until } ድረስ ባትሪ ተይዞልዎታል።

booking_ready = ባትሪዎ ዝግጁ ነው
    .message = በ{ $station } ጣቢያ ያለው ባትሪዎ ተሞልቶ ዝግጁ ነው።

booking_expiring = ትዕዛዝዎ ጊዜው ሊያልፍ ነው
    .message = በ{ $station } ጣቢያ ያለው ትዕዛዝዎ በ{ $until } ያበቃል።

booking_collected = ባትሪ ተወስዷል
    .message = ባትሪዎን ከ{ $station } ጣቢያ ወስደዋል።

booking_cancelled = ትዕዛዝዎ ተሰርዟል
    .message = በ{ $station } ጣቢያ ያለው ትዕዛዝዎ ተሰርዟል።

booking_expired = የትዕዛዝዎ ጊዜ አልፏል
    .message = በ{ $station } ጣቢያ የነበረው ትዕዛዝዎ ጊዜው አልፏል።
