// The stations over a MapLibre map, on a canvas of their own. A new count is on the screen in the frame it arrives in and
// costs neither the map's worker nor WebGL anything, however many stations there are.

import type { Station } from "@swapwire/client";
import type { Point } from "@swapwire/react";
import type { Map as MapLibreMap } from "maplibre-gl";
import { type Cluster, cluster } from "./clusters.ts";
import { drawGrid, type View } from "./grid.ts";
import { type Look, Marks, radiusOf, toneOf } from "./marks.ts";
import { type Projected, project, WORLD_PX } from "./mercator.ts";
import { drawNames, type NamedPlace } from "./names.ts";
import type { Palette } from "./palette.ts";

/** Stations closer than this to each other are shown as one. */
const CLUSTER_PX = 54;
/** From this zoom on only stations at the same place are. */
const APART_ZOOM = 17;
const NAMES_ZOOM = 11.5;
/** Grouping ten thousand takes some milliseconds: not more often than this when stations come and go all the time. */
const REGROUP_MS = 250;
const CHEAP = 1_000;
const MARGIN_PX = 48;
/** From the selected mark's disc to the ring around it. */
const RING_PX = 7;

export type Hit = { readonly station: number } | { readonly stations: readonly Station[] };

interface Shown {
  readonly cluster: Cluster;
  readonly look: Look;
  readonly left: number;
  readonly top: number;
}

interface LayerOptions {
  /** Draws the lines of the globe, for a map that shows nothing else. */
  readonly grid: boolean;
  readonly palette: Palette;
  readonly font: string;
}

export class StationLayer {
  readonly #map: MapLibreMap;
  readonly #canvas = document.createElement("canvas");
  readonly #options: Omit<LayerOptions, "palette">;
  #palette: Palette;
  #marks: Marks;
  #given: readonly Station[] = [];
  /** In the order of the groups' indices; undefined for one that is gone and still stands in a group. */
  #stations: (Station | undefined)[] = [];
  #points: readonly Projected[] = [];
  readonly #levels = new Map<number, readonly Cluster[]>();
  #regroupedAt = Number.NEGATIVE_INFINITY;
  #regrouping: ReturnType<typeof setTimeout> | undefined;
  #shown: readonly Shown[] = [];
  #selected: number | null = null;
  #hovered: number | null = null;
  #position: Projected | null = null;

  constructor(map: MapLibreMap, { palette, ...options }: LayerOptions) {
    this.#map = map;
    this.#options = options;
    this.#palette = palette;
    this.#marks = new Marks(palette, this.#scale, options.font);
    this.#canvas.setAttribute("aria-hidden", "true");
    Object.assign(this.#canvas.style, { position: "absolute", inset: "0", pointerEvents: "none" });
    map.getCanvasContainer().append(this.#canvas);
    // The map calls this in the frame that it moves in, so that stations never trail behind a drag.
    map.on("move", this.draw);
    map.on("resize", this.draw);
  }

  get #scale(): number {
    return Math.min(devicePixelRatio, 2);
  }

  remove(): void {
    clearTimeout(this.#regrouping);
    this.#map.off("move", this.draw);
    this.#map.off("resize", this.draw);
    this.#canvas.remove();
  }

  recolour(palette: Palette): void {
    this.#palette = palette;
    this.#marks = new Marks(palette, this.#scale, this.#options.font);
    this.draw();
  }

  setStations(stations: readonly Station[]): void {
    if (stations === this.#given) return;
    this.#given = stations;
    if (!this.#update(stations)) this.#regroupSoon();
    this.draw();
  }

  select(id: number | null): void {
    this.#selected = id;
    this.draw();
  }

  setPosition(position: Point | null): void {
    this.#position = position && project(position);
    this.draw();
  }

  /** What is drawn there, the nearest first. */
  hit(left: number, top: number): Hit | null {
    const away = (each: Shown) => Math.hypot(each.left - left, each.top - top);
    const near = this.#shown.filter((each) => away(each) <= Math.max(radiusOf(each.look) + 4, 20));
    const nearest = near.sort((one, other) => away(one) - away(other))[0];
    if (!nearest) return null;
    const stations = nearest.cluster.members.flatMap((index) => this.#stations[index] ?? []);
    const [first] = stations;
    return stations.length === 1 && first ? { station: first.station_id } : { stations };
  }

  hover(id: number | null): void {
    if (id === this.#hovered) return;
    this.#hovered = id;
    this.draw();
  }

  /** Takes the new states into the places that the groups know. False if stations came, went or moved. */
  #update(stations: readonly Station[]): boolean {
    const sameOrder =
      stations.length === this.#stations.length &&
      stations.every((station, index) => station.station_id === this.#stations[index]?.station_id);
    const byId = sameOrder ? null : new Map(stations.map((station) => [station.station_id, station]));
    let same = sameOrder || byId?.size === this.#stations.length;
    for (const [index, before] of this.#stations.entries()) {
      const now = byId ? before && byId.get(before.station_id) : stations[index];
      if (now === before && now) continue;
      this.#stations[index] = now;
      same &&= now?.latitude === before?.latitude && now?.longitude === before?.longitude;
    }
    return same;
  }

  #regroupSoon(): void {
    const wait = this.#given.length < CHEAP ? 0 : this.#regroupedAt + REGROUP_MS - performance.now();
    if (wait <= 0) this.#regroup();
    else
      this.#regrouping ??= setTimeout(() => {
        this.#regroup();
        this.draw();
      }, wait);
  }

  #regroup(): void {
    clearTimeout(this.#regrouping);
    this.#regrouping = undefined;
    this.#regroupedAt = performance.now();
    this.#stations = [...this.#given];
    this.#points = this.#given.map(project);
    this.#levels.clear();
  }

  #clustersAt(zoom: number): readonly Cluster[] {
    const level = Math.max(0, Math.min(APART_ZOOM, Math.floor(zoom)));
    let clusters = this.#levels.get(level);
    if (!clusters) {
      const pixels = level === APART_ZOOM ? 2 : CLUSTER_PX;
      clusters = cluster(this.#points, pixels / (WORLD_PX * 2 ** level));
      this.#levels.set(level, clusters);
    }
    return clusters;
  }

  draw = (): void => {
    const context = this.#canvas.getContext("2d");
    if (!context) return;
    const view = this.#view();
    this.#fit(context, view);
    if (this.#options.grid) drawGrid(context, view, this.#palette, this.#options.font);
    if (this.#position) drawPosition(context, view, this.#position, this.#palette);
    const zoom = this.#map.getZoom();
    this.#shown = this.#visible(this.#clustersAt(zoom), view);
    for (const {
      look,
      left,
      top,
      cluster: { members },
    } of this.#shown) {
      if (members.some((index) => this.#stations[index]?.station_id === this.#selected)) {
        drawRing(context, left, top, radiusOf(look) + RING_PX, this.#palette.focus);
      }
      this.#marks.draw(context, look, left, top);
    }
    this.#drawNames(context, zoom);
  };

  #view(): View {
    const { clientWidth: width, clientHeight: height } = this.#map.getContainer();
    const { lat: latitude, lng: longitude } = this.#map.getCenter();
    const centre = project({ latitude, longitude });
    const side = WORLD_PX * 2 ** this.#map.getZoom();
    return {
      width,
      height,
      toPixel: (x, y) => [(x - centre.x) * side + width / 2, (y - centre.y) * side + height / 2],
      toWorld: (left, top) => ({
        x: centre.x + (left - width / 2) / side,
        y: centre.y + (top - height / 2) / side,
      }),
    };
  }

  #fit(context: CanvasRenderingContext2D, { width, height }: View): void {
    const scale = this.#scale;
    const [wide, high] = [Math.round(width * scale), Math.round(height * scale)];
    if (this.#canvas.width !== wide || this.#canvas.height !== high) {
      Object.assign(this.#canvas, { width: wide, height: high });
      Object.assign(this.#canvas.style, { inlineSize: `${width}px`, blockSize: `${height}px` });
    }
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, width, height);
  }

  /** Those with batteries come last, so that they lie above the others. */
  #visible(clusters: readonly Cluster[], { toPixel, width, height }: View): Shown[] {
    const shown: Shown[] = [];
    for (const each of clusters) {
      const [left, top] = toPixel(each.x, each.y);
      if (left < -MARGIN_PX || top < -MARGIN_PX || left > width + MARGIN_PX || top > height + MARGIN_PX) continue;
      const look = this.#lookOf(each);
      if (look) shown.push({ cluster: each, look, left, top });
    }
    const rank = ({ look }: Shown) => (look.tone === "good" || look.tone === "warn" ? 1 : 0) + look.stations / 1e6;
    return shown.sort((one, other) => rank(one) - rank(other));
  }

  #lookOf({ members }: Cluster): Look | null {
    let [batteries, stations, open] = [0, 0, false];
    for (const index of members) {
      const station = this.#stations[index];
      if (!station) continue;
      stations += 1;
      if (station.status !== "online") continue;
      open = true;
      batteries += station.available_batteries;
    }
    return stations === 0 ? null : { batteries, stations, tone: toneOf(batteries, open) };
  }

  #drawNames(context: CanvasRenderingContext2D, zoom: number): void {
    const places: NamedPlace[] = [];
    for (const {
      cluster: { members },
      look,
      left,
      top,
    } of this.#shown) {
      const station = look.stations === 1 ? members.map((index) => this.#stations[index]).find(Boolean) : undefined;
      const urgent = station?.station_id === this.#selected || station?.station_id === this.#hovered;
      const name = station && (urgent || zoom >= NAMES_ZOOM) ? station.station_name : "";
      const ring = station && station.station_id === this.#selected ? RING_PX : 0;
      places.push({ name, urgent, left, top, radius: radiusOf(look) + ring });
    }
    drawNames(context, places, this.#palette, this.#options.font);
  }
}

function drawRing(context: CanvasRenderingContext2D, left: number, top: number, radius: number, colour: string): void {
  context.beginPath();
  context.arc(left, top, radius, 0, 2 * Math.PI);
  context.strokeStyle = colour;
  context.lineWidth = 3;
  context.stroke();
}

function drawPosition(context: CanvasRenderingContext2D, view: View, { x, y }: Projected, palette: Palette): void {
  const [left, top] = view.toPixel(x, y);
  const dot = (radius: number, colour: string, alpha: number) => {
    context.globalAlpha = alpha;
    context.beginPath();
    context.arc(left, top, radius, 0, 2 * Math.PI);
    context.fillStyle = colour;
    context.fill();
  };
  dot(26, palette.position, 0.16);
  dot(10, palette.surface, 1);
  dot(7, palette.position, 1);
}
