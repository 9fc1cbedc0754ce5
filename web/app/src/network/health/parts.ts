// Asks each part of the deployment how it is: `GET /health/parts/` names them, `GET /health/parts/{part}/` is what a part
// says of itself. Not by the client's requests: those wait for a part that is away, and here that is the answer.

export type Status = "ready" | "degraded" | "unready";

/** `away`: nothing answers in the part's place. `refused`: something does, and it is no report. */
export type Health =
  | { readonly kind: "report"; readonly status: Status; readonly dependencies: readonly Dependency[] }
  | { readonly kind: "away" }
  | { readonly kind: "refused"; readonly status: number };

export interface Dependency {
  readonly name: string;
  /** `ok`, or what is wrong with it. */
  readonly state: string;
}

export interface Part {
  readonly name: string;
  readonly health: Health;
}

interface Answer {
  readonly status: number;
  json(): Promise<unknown>;
}

export type Ask = (path: string) => Promise<Answer>;

/** Throws if the parts can't even be named. One that was stopped between the two questions is left out. */
export async function askParts(ask: Ask): Promise<readonly Part[]> {
  const names = namesOf(await (await ask("/health/parts/")).json());
  const parts = await Promise.all(names.map((name) => askPart(ask, name)));
  return parts.filter(({ health }) => !(health.kind === "refused" && health.status === 404));
}

function namesOf(body: unknown): string[] {
  if (typeof body === "object" && body !== null && "parts" in body && Array.isArray(body.parts)) {
    return body.parts.map(String);
  }
  throw new Error("The answer names no parts.");
}

async function askPart(ask: Ask, name: string): Promise<Part> {
  try {
    const answer = await ask(`/health/parts/${encodeURIComponent(name)}/`);
    return { name, health: healthOf(answer.status, await answer.json().catch(() => null)) };
  } catch {
    return { name, health: { kind: "away" } };
  }
}

const statuses: readonly Status[] = ["ready", "degraded", "unready"];

export function healthOf(httpStatus: number, body: unknown): Health {
  if (typeof body === "object" && body !== null && "dependencies" in body && "status" in body) {
    const { dependencies } = body;
    const status = statuses.find((known) => known === body.status) ?? "unready";
    const entries = typeof dependencies === "object" && dependencies !== null ? Object.entries(dependencies) : [];
    return { kind: "report", status, dependencies: entries.map(([name, state]) => ({ name, state: String(state) })) };
  }
  return httpStatus >= 500 ? { kind: "away" } : { kind: "refused", status: httpStatus };
}

export interface Judgement {
  readonly tone: "good" | "warn" | "bad";
  /** Parts that serve nothing. */
  readonly broken: number;
  /** Parts that serve, while something waits for one of their dependencies. */
  readonly degraded: number;
}

/** How the whole is: as its worst part. */
export function judge(parts: readonly Part[]): Judgement {
  const are = (status: Status) => parts.filter(({ health }) => health.kind === "report" && health.status === status);
  const degraded = are("degraded").length;
  const broken = parts.length - are("ready").length - degraded;
  return { tone: broken > 0 ? "bad" : degraded > 0 ? "warn" : "good", broken, degraded };
}
