// "Try it as": whose token the page's requests carry. Deployments without demo identities show Scalar's own field alone.

import { loadConfig } from "@swapwire/app/src/config/config.ts";

interface Identity {
  readonly label: string;
  readonly user_id: number;
  readonly token: string;
  readonly expires_at: string;
}

async function readIdentities(): Promise<readonly Identity[]> {
  const response = await fetch("/demo-identities.json", { cache: "no-store" });
  if (!response.ok) throw new Error(`No demo identities: HTTP ${response.status}`);
  return (await response.json()).identities;
}

/** A token has to last longer than a request takes. */
const SPARE_MS = 30_000;

/** Fills the header's list and hands over the chosen one's token, anew before it expires. */
export async function offerIdentities(use: (token: string) => void): Promise<void> {
  const field = document.querySelector<HTMLElement>(".identity");
  const list = field?.querySelector("select");
  if (!field || !list || !(await loadConfig()).demo) return;

  list.append(new Option("nobody", ""));
  for (const { label, user_id } of await readIdentities()) list.append(new Option(label, String(user_id)));
  field.hidden = false;

  let renewal: ReturnType<typeof setTimeout> | undefined;
  const follow = async (identity: Identity | undefined) => {
    use(identity?.token ?? "");
    if (!identity) return;
    const left = Date.parse(identity.expires_at) - Date.now() - SPARE_MS;
    renewal = setTimeout(() => void choose(), Math.max(left, SPARE_MS));
  };
  const choose = async () => {
    clearTimeout(renewal);
    const people = list.value === "" ? [] : await readIdentities();
    await follow(people.find(({ user_id }) => String(user_id) === list.value));
  };
  list.addEventListener("change", () => void choose());
}
