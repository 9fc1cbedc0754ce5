// The screen at a station's door. English.

export default {
  full: (count: number): string => (count === 1 ? "battery ready" : "batteries ready"),
  none: "No battery ready",
  reserved: (count: string) => `${count} reserved`,
  charging: (count: string) => `${count} charging or in service`,
  offline: "This station is closed",
  maintenance: "This station is being serviced",
  live: "Live",
  loading: "Connecting…",
  stale: (time: string) => `Not live. These are the figures of ${time}.`,
  neverLive: "Not live. No figures have arrived yet.",
  unknown: (id: string) => `There is no station ${id}.`,
  fullScreen: "Full screen",
};
