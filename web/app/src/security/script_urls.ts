// Trusted Types: a browser that is told to starts workers only from addresses that a policy has let through. Libraries
// hand the browser a plain string, for which it asks the policy named `default`: that one knows the few files of this
// site that are started so, and refuses everything else.

interface PolicyFactory {
  createPolicy(name: "default", rules: { createScriptURL(url: string): string | null }): unknown;
}

const allowed = new Set<string>();
const absolute = (url: string) => new URL(url, location.href).href;

const { trustedTypes } = globalThis as { trustedTypes?: PolicyFactory };
trustedTypes?.createPolicy("default", { createScriptURL: (url) => (allowed.has(absolute(url)) ? url : null) });

/** Lets the file of this site be started as a worker. */
export function allowScript(url: string): string {
  if (new URL(url, location.href).origin !== location.origin) throw new TypeError(`${url} is not of this site.`);
  allowed.add(absolute(url));
  return url;
}
