// The app's own files, kept so that it starts without a network. Nothing of the API is kept here: a page that is offline
// shows the stations that it saved itself and says how old they are.

/** Paths of the shell's files; the build fills them in, see vite.config.ts. */
declare const SHELL_FILES: readonly string[];
/** Changes with any of them. */
declare const SHELL_VERSION: string;

const CACHE = `shell-${SHELL_VERSION}`;
const pages = /^\/(?:$|(?:orders|inbox|settings|sign-in|operator|network|kiosk)(?:\/|$))/;
/** Read from the network first: they say what the deployment is like now. */
const settings = new Set(["/config.json", "/manifest.webmanifest"]);

const icons = ["/favicon.svg", "/icon-192.png"];

export async function storeShell(): Promise<void> {
  const cache = await caches.open(CACHE);
  await cache.addAll(["/", "/config.json", ...icons, ...SHELL_FILES]);
  for (const name of await caches.keys()) if (name.startsWith("shell-") && name !== CACHE) await caches.delete(name);
}

/** The answer to a request for a file of the app, or null for everything else. */
export function serveFromCache(request: Request): Promise<Response> | null {
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return null;
  if (request.mode === "navigate") return pages.test(pathname) ? networkFirst(request, "/") : null;
  if (settings.has(pathname)) return networkFirst(request, pathname);
  if (pathname.startsWith("/assets/") || icons.includes(pathname)) return cacheFirst(request);
  return null;
}

async function networkFirst(request: Request, key: string): Promise<Response> {
  const cache = await caches.open(CACHE);
  try {
    const response = await fetch(request);
    if (response.ok) await cache.put(key, response.clone());
    return response;
  } catch (error) {
    const kept = await cache.match(key);
    if (!kept) throw error;
    return kept;
  }
}

/** A file whose name carries its hash never changes, an icon hardly ever. Chunks of other areas are kept once they have been used. */
async function cacheFirst(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request);
  if (kept) return kept;
  const response = await fetch(request);
  if (response.ok) await cache.put(request, response.clone());
  return response;
}
