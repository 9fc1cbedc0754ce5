// Which messages reach a person, and how. English.

export default {
  title: "Notifications",
  here: "Notify me on this device, also while no page is open",
  states: {
    unsupported: "This browser can't show notifications while no page is open.",
    denied: "Notifications are blocked for this site. The browser's settings for the site change that.",
    off: "Off. Messages wait in the inbox.",
    on: "On.",
  },
  failed: (reason: string): string => `That did not work: ${reason}`,
  kinds: "Which messages",
  names: {
    booking_confirmed: "Battery booked",
    booking_ready: "Battery charged",
    booking_expiring: "Hold about to expire",
    booking_expired: "Hold expired",
    booking_collected: "Battery collected",
    booking_cancelled: "Booking cancelled",
    notification: "News from the network",
  } as Record<string, string>,
  messages: "Language and time of messages",
  locale: "Language of messages",
  zone: "Time zone of messages",
  zoneHint: (zone: string): string => `This device is in ${zone}.`,
};
