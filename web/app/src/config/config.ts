// What this deployment offers: sign-in, map tiles, links to the operators' tools. nginx serves it as /config.json.

export interface Config {
  /** The identity provider, or null where nobody signs in that way. */
  readonly oidc: { readonly authority: string; readonly client_id: string; readonly scope: string } | null;
  /** A MapLibre style. Null: the map draws an offline base and asks no other host. */
  readonly tiles: { readonly style: string } | null;
  /** True where /demo-identities.json offers people to be. */
  readonly demo: boolean;
  readonly rabbitmq_url: string | null;
  readonly grafana_url: string | null;
}

const nothing: Config = { oidc: null, tiles: null, demo: false, rabbitmq_url: null, grafana_url: null };

/** A deployment without the file, or a device that is offline, offers stations and no sign-in. */
export async function loadConfig(): Promise<Config> {
  try {
    const response = await fetch("/config.json");
    return response.ok ? { ...nothing, ...(await response.json()) } : nothing;
  } catch {
    return nothing;
  }
}
