// How the parts of the deployment are, and this screen's own connection.

import { useRequest } from "@swapwire/react";
import { CircleCheck, ExternalLink, TriangleAlert } from "lucide-react";
import { useSyncExternalStore } from "react";
import { useConfig } from "../../config/context.tsx";
import { useFormat } from "../../i18n/context.tsx";
import { useSession } from "../../session/context.tsx";
import { Badge, type Tone } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { Panel, Skeleton } from "../../ui/panel.tsx";
import { Page } from "../page.tsx";
import { useText } from "../text.ts";
import { ConnectionPanel } from "./connection_panel.tsx";
import css from "./health_page.module.css";
import { type Ask, askParts, type Dependency, type Health, judge, type Part, type Status } from "./parts.ts";

const EVERY_MS = 10_000;

const tones: Record<Status, Tone> = { ready: "good", degraded: "warn", unready: "bad" };

interface Checked {
  readonly parts: readonly Part[];
  readonly at: number;
}

function useParts() {
  const { session } = useSession();
  const visible = useSyncExternalStore(subscribeToVisibility, () => document.visibilityState === "visible");
  const ask: Ask = async (path) => {
    const token = await session?.token();
    return fetch(path, { cache: "no-store", headers: token ? { Authorization: `Bearer ${token}` } : {} });
  };
  const load = async (): Promise<Checked> => ({ parts: await askParts(ask), at: Date.now() });
  return useRequest<Checked>("health of the parts", load, { everyMs: visible ? EVERY_MS : undefined });
}

function subscribeToVisibility(listener: () => void): () => void {
  document.addEventListener("visibilitychange", listener);
  return () => document.removeEventListener("visibilitychange", listener);
}

export default function HealthPage() {
  const text = useText().health;
  const { data, error, loading, refresh } = useParts();
  return (
    <Page
      title={text.title}
      aside={
        <Button small busy={loading} onClick={() => void refresh()}>
          {text.check}
        </Button>
      }
    >
      {!data && !error && <Skeleton lines={2} label={text.lead} />}
      {error && <p className={`${css.summary} ${css.bad}`}>{text.failed}</p>}
      {data && !error && <Summary checked={data} />}
      <ul className={css.parts} aria-label={text.title}>
        {data?.parts.map((part) => (
          <li key={part.name}>
            <PartPanel part={part} />
          </li>
        ))}
        <li>
          <ConnectionPanel />
        </li>
        <Tools />
      </ul>
      <p className={css.lead}>
        {text.lead} {text.doctor}
      </p>
    </Page>
  );
}

function Summary({ checked: { parts, at } }: { checked: Checked }) {
  const text = useText().health;
  const format = useFormat();
  const { tone, broken, degraded } = judge(parts);
  const Icon = tone === "good" ? CircleCheck : TriangleAlert;
  const words = { good: text.allReady, warn: text.someDegraded(degraded), bad: text.someNot(broken) };
  return (
    <div className={`${css.summary} ${css[tone]}`}>
      <Icon size={22} aria-hidden="true" />
      <p role="status">{words[tone]}</p>
      <time className={css.when} dateTime={new Date(at).toISOString()}>
        {text.checked(format.time(at))}
      </time>
    </div>
  );
}

function useNameOf(name: string): string {
  const text = useText().health;
  const gateway = /^gateway-(\d+)$/.exec(name)?.[1];
  if (gateway) return text.gateway(gateway);
  return name === "inventory" || name === "booking" ? text.parts[name] : name;
}

function PartPanel({ part: { name, health } }: { part: Part }) {
  const title = useNameOf(name);
  return (
    <Panel title={title} label={title} actions={<State health={health} />}>
      <Details health={health} />
    </Panel>
  );
}

function State({ health }: { health: Health }) {
  const text = useText().health;
  if (health.kind === "report") return <Badge tone={tones[health.status]}>{text.statuses[health.status]}</Badge>;
  const tone: Tone = health.kind === "away" ? "bad" : "mute";
  return <Badge tone={tone}>{health.kind === "away" ? text.unreachable : `HTTP ${health.status}`}</Badge>;
}

function Details({ health }: { health: Health }) {
  const text = useText().health;
  if (health.kind === "away") return <p className={css.lead}>{text.away}</p>;
  if (health.kind === "refused") return <p className={css.lead}>{text.unknown}</p>;
  return (
    <dl className={css.facts} aria-label={text.dependencies}>
      {health.dependencies.map((dependency) => (
        <DependencyRow key={dependency.name} dependency={dependency} status={health.status} />
      ))}
    </dl>
  );
}

function DependencyRow({ dependency: { name, state }, status }: { dependency: Dependency; status: Status }) {
  const text = useText().health;
  const names: Record<string, string> = text.names;
  const works = state === "ok";
  return (
    <div>
      <dt>{names[name] ?? name}</dt>
      <dd className={works ? css.works : status === "degraded" ? css.waits : css.fails}>
        {works ? text.ok : text.bad(state)}
      </dd>
    </div>
  );
}

function Tools() {
  const text = useText().health;
  const { rabbitmq_url, grafana_url } = useConfig();
  const tools = [
    [text.rabbitmq, rabbitmq_url],
    [text.grafana, grafana_url],
  ] as const;
  if (!rabbitmq_url && !grafana_url) return null;
  return (
    <li>
      <Panel title={text.tools} label={text.tools}>
        <ul className={css.tools}>
          {tools.map(
            ([label, url]) =>
              url && (
                <li key={label}>
                  <a href={url} target="_blank" rel="noreferrer">
                    {label} <ExternalLink size={14} aria-hidden="true" />
                  </a>
                </li>
              ),
          )}
        </ul>
      </Panel>
    </li>
  );
}
