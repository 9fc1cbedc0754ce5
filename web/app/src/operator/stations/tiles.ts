// How large tiles may be so that all of them fit on a screen.

export interface Tiling {
  readonly across: number;
  readonly width: number;
  readonly height: number;
}

/** Below this width a name can't be read any more: then the wall scrolls. */
const NARROWEST = 128;
const WIDEST = 340;
/** Height by width: tiles may be flatter if then all of them fit. */
const SHAPE = 0.72;
const FLATTEST = 0.56;

export function fitTiles(count: number, width: number, height: number): Tiling {
  const most = Math.max(1, Math.floor(width / NARROWEST));
  for (let across = 1; across <= most; across += 1) {
    const tile = Math.min(width / across, WIDEST);
    const room = Math.floor(height / Math.ceil(count / across));
    if (room >= tile * FLATTEST) return { across, width: tile, height: Math.min(room, Math.floor(tile * SHAPE)) };
  }
  const tile = width / most;
  return { across: most, width: tile, height: Math.floor(tile * SHAPE) };
}
