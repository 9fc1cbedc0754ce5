// The map. German.

import type en from "../en/map.ts";

const texts: typeof en = {
  zoomIn: "Vergrößern",
  zoomOut: "Verkleinern",
  toPosition: "Mein Standort",
  metres: "m",
  kilometres: "km",
  missing: "Dieser Browser kann die Karte nicht zeichnen",
  missingHint: "Sie braucht WebGL 2, das fehlt oder abgeschaltet ist. Die Liste zeigt dieselben Stationen.",
};

export default texts;
