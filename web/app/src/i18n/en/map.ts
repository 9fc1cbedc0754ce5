// The map. English.

export default {
  zoomIn: "Zoom in",
  zoomOut: "Zoom out",
  toPosition: "My position",
  metres: "m",
  kilometres: "km",
  missing: "This browser can't draw the map",
  missingHint: "It needs WebGL 2, which is off or not there. The list shows the same stations.",
};
