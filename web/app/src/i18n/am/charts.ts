// Charts, statistics and ranges of time. Amharic, not reviewed by a native speaker.

import type en from "../en/charts.ts";

const am: typeof en = {
  metrics: {
    bookings: "ቦታ ማስያዣዎች",
    collections: "የተወሰዱ",
    cancellations: "የተሰረዙ",
    expiries: "ጊዜያቸው ያለፈ",
    time_to_collection: "እስከ መውሰድ ያለ ጊዜ",
    occupancy: "የተያዘ ድርሻ",
  },
  explained: {
    bookings: "ተጠቃሚዎች ያስያዟቸው ባትሪዎች",
    collections: "ተይዘው የተወሰዱ ባትሪዎች",
    cancellations: "ተጠቃሚዎች የሰረዟቸው",
    expiries: "ተጠቃሚው ሳይመጣ ጊዜያቸው ያለፈ",
    time_to_collection: "ከማስያዝ እስከ መውሰድ፣ በአማካይ",
    occupancy: "የተያዙ ባትሪዎች ድርሻ፣ በአማካይ",
  },
  range: {
    label: "ጊዜ",
    last: { "24h": "24 ሰዓት", "7d": "7 ቀናት", "30d": "30 ቀናት", "90d": "90 ቀናት" },
    custom: "ቀናት…",
    from: "ከ",
    to: "እስከ",
    bucket: "በየ",
    buckets: { hour: "ሰዓት", day: "ቀን" },
    utcDays: "ቀናት በ UTC",
  },
  delta: {
    up: (share) => `ከቀደመው ጊዜ ${share} ይበልጣል`,
    down: (share) => `ከቀደመው ጊዜ ${share} ያንሳል`,
    same: "እንደ ቀደመው ጊዜ",
    fresh: "በቀደመው ጊዜ ምንም አልነበረም",
    was: (value) => `ቀደም: ${value}`,
  },
  view: { label: "አሳይ እንደ", chart: "ሥዕላዊ", table: "ሠንጠረዥ" },
  csv: "CSV",
  csvOf: (title) => `${title} በ CSV አውጣ`,
  now: "ይህ ጊዜ",
  before: "ቀደመው ጊዜ",
  readout: (metric) => `${metric}: በቀስት ቁልፎች ይንቀሳቀሱ`,
  start: "መጀመሪያ",
  nothing: "በዚህ ጊዜ ምንም አልተከሰተም።",
  failed: "ስታቲስቲክሱን ማንበብ አልተቻለም።",
  loading: "ስታቲስቲክስ በማንበብ ላይ",
  retry: "እንደገና ሞክር",
  figures: "የጊዜው አሃዞች። ሥዕሉን ለማየት አንዱን ይምረጡ።",
  week: {
    title: "የሳምንቱ ሰዓታት",
    weekday: "ቀን",
    hour: "ሰዓት",
    total: (from, to) => `ድምር ከ${from} እስከ ${to}`,
    mean: (from, to) => `አማካይ ከ${from} እስከ ${to}`,
    utc: "በ UTC",
    local: "በእርስዎ የሰዓት ክልል",
    less: "ያነሰ",
    more: "የበለጠ",
  },
};

export default am;
