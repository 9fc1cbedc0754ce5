// Which messages reach a person, and how. Amharic, not reviewed by a native speaker.

import type en from "../en/push.ts";

const texts: typeof en = {
  title: "ማሳወቂያዎች",
  here: "ምንም ገጽ ባይከፈትም በዚህ መሣሪያ አሳውቀኝ",
  states: {
    unsupported: "ይህ አሳሽ ገጽ ሳይከፈት ማሳወቂያ ማሳየት አይችልም።",
    denied: "ለዚህ ጣቢያ ማሳወቂያዎች ታግደዋል። በአሳሹ ቅንብሮች ይቀይሩ።",
    off: "ጠፍቷል። መልእክቶች በሳጥኑ ውስጥ ይጠብቃሉ።",
    on: "በርቷል።",
  },
  failed: (reason) => `አልተሳካም፦ ${reason}`,
  kinds: "የትኞቹ መልእክቶች",
  names: {
    booking_confirmed: "ባትሪ ተይዟል",
    booking_ready: "ባትሪ ተሞልቷል",
    booking_expiring: "ቆይታው ሊያልቅ ነው",
    booking_expired: "ቆይታው አልቋል",
    booking_collected: "ባትሪ ተወስዷል",
    booking_cancelled: "ቦታ ማስያዝ ተሰርዟል",
    notification: "የመረቡ ዜና",
  },
  messages: "የመልእክት ቋንቋ እና ሰዓት",
  locale: "የመልእክት ቋንቋ",
  zone: "የመልእክት የሰዓት ሰቅ",
  zoneHint: (zone) => `ይህ መሣሪያ በ${zone} ነው።`,
};

export default texts;
