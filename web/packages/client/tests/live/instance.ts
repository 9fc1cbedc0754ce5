// The instance that the tests run against, as riders and operators see it. Its addresses are in the environment that
// `make test` and `make test-up` make.

import { execFile, execFileSync } from "node:child_process";
import { promisify } from "node:util";
import { WebSocket } from "ws";
import { type Client, type ConnectOptions, connect, type Stations } from "../../src/index.ts";

function setting(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: make test-up, then set -a; . .run/test.env`);
  return value;
}

export const url = setting("SWAPWIRE_TEST_BASE_URL");
export const gatewayUrls = setting("SWAPWIRE_TEST_GATEWAY_URLS").split(",");

export function tokenOf(user: number, role: "rider" | "operator" | "admin", ttl = "1h"): string {
  const args = ["token", "--user", String(user), "--role", role, "--ttl", ttl];
  return execFileSync(setting("SWAPWIRE_TEST_SWAPCTL"), args, { encoding: "utf8" }).trim();
}

/** Runs supervisorctl on the instance, to stop or kill one of its programs. */
export async function supervise(...args: string[]): Promise<void> {
  const config = `${setting("SWAPWIRE_INSTANCE")}/etc/supervisord.conf`;
  await promisify(execFile)("supervisorctl", ["-c", config, ...args]);
}

/** Node has WebSockets of its own from version 22 on. */
const openSocket = (address: string, protocols: string[]) => new WebSocket(address, protocols);

const opened: Client[] = [];

export function client(options: Partial<ConnectOptions> = {}): Client {
  const made = connect({ url, ...options, platform: { openSocket, ...options.platform } });
  opened.push(made);
  return made;
}

/** For afterEach. */
export function closeAll(): void {
  for (const made of opened.splice(0)) made.close();
}

export function clientOf(
  user: number,
  role: "rider" | "operator" | "admin",
  options: Partial<ConnectOptions> = {},
): Client {
  const token = tokenOf(user, role);
  return client({ token: () => token, ...options });
}

/** A number that no other test uses for its users. */
let lastUser = Date.now();
export const newUser = (): number => ++lastUser;

export class Operator {
  readonly user = newUser();
  readonly http = clientOf(this.user, "operator").http;

  async station(name = "Test", latitude = 9.03, longitude = 38.74): Promise<number> {
    return (await this.http.post("/stations/", { body: { name, latitude, longitude } })).id;
  }

  /** Registers charged batteries and brings them to a station. */
  async stock(station: number, count: number): Promise<number[]> {
    const body = Array.from({ length: count }, (_, index) => ({
      serial_number: `T-${this.user}-${station}-${index}-${Math.random().toString(36).slice(2)}`,
      model: "Test",
      state_of_charge_percent: 97,
    }));
    const made = await this.http.post("/batteries/", { body });
    const batteries = "items" in made ? made.items.map(({ id }) => id) : [made.id];
    await this.http.put("/stations/{station_id}/batteries/", { path: { station_id: station }, body: { batteries } });
    return batteries;
  }
}

/** Resolves as soon as the condition holds, looking again at each change. */
export function until(holds: () => boolean, subscribe: (listener: () => void) => () => void): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (!holds()) return;
      stop();
      resolve();
    };
    const stop = subscribe(look);
    look();
  });
}

export const untilReady = (stations: Stations): Promise<void> => until(stations.ready, stations.subscribe);
