// How large tiles may be so that all of them fit on a screen.

export interface Tiling {
  readonly across: number;
  readonly width: number;
  readonly height: number;
}

/** Below this width a name can't be read any more: then the wall scrolls. */
const NARROWEST = 128;
const WIDEST = 340;
const STEP = 4;
/** Height by width. */
const SHAPE = 0.72;

export function fitTiles(count: number, width: number, height: number): Tiling {
  for (let tile = WIDEST; tile > NARROWEST; tile -= STEP) {
    const across = Math.floor(width / tile);
    if (across > 0 && Math.ceil(count / across) * tile * SHAPE <= height) return tiling(across, width);
  }
  return tiling(Math.max(1, Math.floor(width / NARROWEST)), width);
}

/** The tiles of a row share its whole width, up to a size that still looks like tiles. */
function tiling(across: number, width: number): Tiling {
  const tile = Math.min(width / across, WIDEST);
  return { across, width: tile, height: Math.floor(tile * SHAPE) };
}
