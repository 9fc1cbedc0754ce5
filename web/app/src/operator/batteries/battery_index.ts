// The own batteries by serial number and by id, so that a scanned or pasted code finds its battery. Loaded in full:
// the API finds one serial number at a time, and a pasted list has hundreds.

import type { Battery, Client } from "@swapwire/client";
import { useClient } from "@swapwire/react";
import { useEffect, useState } from "react";

export interface BatteryIndex {
  /** Undefined while it may still come. */
  find(code: string): Battery | null | undefined;
  readonly complete: boolean;
  readonly size: number;
}

const PAGE = 500;
const keyOf = (code: string) => code.trim().toLowerCase();

export function useBatteryIndex(): BatteryIndex {
  const client = useClient();
  const [index, setIndex] = useState<BatteryIndex>(() => indexOf([], false));
  useEffect(() => {
    let stopped = false;
    const show = (batteries: readonly Battery[], complete: boolean) => {
      if (!stopped) setIndex(indexOf(batteries, complete));
      return !stopped;
    };
    // Without the rest a code that is not found stays "looked for"; the server has the last word anyway.
    loadAll(client, show).catch(() => {});
    return () => {
      stopped = true;
    };
  }, [client]);
  return index;
}

async function loadAll(
  { http }: Client,
  show: (batteries: readonly Battery[], complete: boolean) => boolean,
): Promise<void> {
  const batteries: Battery[] = [];
  let after: string | null | undefined;
  do {
    const page = await http.get("/batteries/", { query: { limit: PAGE, ...(after && { after }) } });
    batteries.push(...page.items);
    after = page.next;
    if (!show(batteries, !after)) return;
  } while (after);
}

function indexOf(batteries: readonly Battery[], complete: boolean): BatteryIndex {
  const bySerial = new Map(batteries.map((battery) => [keyOf(battery.serial_number), battery]));
  const byId = new Map(batteries.map((battery) => [battery.id, battery]));
  const find = (code: string) => {
    const id = /^#?(\d+)$/.exec(code.trim())?.[1];
    const found = bySerial.get(keyOf(code)) ?? (id === undefined ? undefined : byId.get(Number(id)));
    return found ?? (complete ? null : undefined);
  };
  return { find, complete, size: batteries.length };
}
