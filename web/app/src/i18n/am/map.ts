// The map. Amharic, not reviewed by a native speaker.

import type en from "../en/map.ts";

const texts: typeof en = {
  zoomIn: "አጉላ",
  zoomOut: "አሳንስ",
  toPosition: "የእኔ አካባቢ",
  metres: "ሜ",
  kilometres: "ኪሜ",
  missing: "ይህ አሳሽ ካርታውን መሳል አይችልም",
  missingHint: "ካርታው WebGL 2 ይፈልጋል፤ እዚህ ጠፍቷል ወይም የለም። ዝርዝሩ ተመሳሳይ ጣቢያዎችን ያሳያል።",
};

export default texts;
