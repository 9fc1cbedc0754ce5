// The screen at a station's door. Amharic, not reviewed by a native speaker.

import type en from "../en/kiosk.ts";

const texts: typeof en = {
  full: () => "ዝግጁ ባትሪዎች",
  none: "ዝግጁ ባትሪ የለም",
  reserved: (count) => `${count} የተያዙ`,
  charging: (count) => `${count} በመሞላት ወይም በጥገና ላይ`,
  offline: "ይህ ጣቢያ ዝግ ነው",
  maintenance: "ይህ ጣቢያ በጥገና ላይ ነው",
  live: "ቀጥታ",
  loading: "በመገናኘት ላይ…",
  stale: (time) => `ቀጥታ አይደለም። ቁጥሮቹ የ${time} ናቸው።`,
  neverLive: "ቀጥታ አይደለም። እስካሁን ቁጥሮች አልደረሱም።",
  unknown: (id) => `ጣቢያ ${id} የለም።`,
  fullScreen: "ሙሉ ማያ",
};

export default texts;
