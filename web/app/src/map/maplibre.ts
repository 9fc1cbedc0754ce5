// MapLibre with its worker as a file of this site, as the page's policy asks for.

import "maplibre-gl/dist/maplibre-gl.css";
import { setWorkerUrl } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import { allowScript } from "../security/script_urls.ts";

setWorkerUrl(allowScript(workerUrl));

export * from "maplibre-gl";
