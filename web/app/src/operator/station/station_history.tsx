// What was done at a station, by whom and when, newest first. New lines appear by themselves.

import { useClient } from "@swapwire/react";
import { useCallback } from "react";
import { useFormat } from "../../i18n/context.tsx";
import { useSession } from "../../session/context.tsx";
import { useText as useShellText } from "../../shell/text.ts";
import { Button } from "../../ui/button.tsx";
import { Empty, Panel, Skeleton } from "../../ui/panel.tsx";
import { useRefreshing } from "../batteries/refreshing.ts";
import { errorText } from "../error_text.ts";
import { usePages } from "../pages.ts";
import { type Texts, useText } from "../text.ts";
import css from "./station_history.module.css";

interface Line {
  readonly id: number;
  readonly at: string;
  readonly action: string;
  readonly battery_id?: number | null;
  readonly actor: { kind: "user"; user_id: number } | { kind: "time" } | { kind: "database" };
  readonly changes: unknown;
}

export function StationHistory({ id, revision }: { id: number; revision: number }) {
  const text = useText();
  const shell = useShellText();
  const { http } = useClient();
  const load = useCallback(
    (after: string | null, limit: number) =>
      http.get("/stations/{station_id}/history/", {
        path: { station_id: id },
        query: { limit, ...(after && { after }) },
      }),
    [http, id],
  );
  const pages = usePages<Line>(load);
  useRefreshing(pages.refresh, revision);
  if (pages.error && !pages.ready) return <Empty title={errorText(text, pages.error)} />;
  if (!pages.ready) return <Skeleton lines={6} label={shell.loading} />;
  if (pages.items.length === 0) return <Empty title={text.history.none} />;
  return (
    <Panel flush label={text.station.tabs.history}>
      <div className={css.scroller}>
        <table className={css.table}>
          <thead>
            <tr>
              <th scope="col">{text.history.when}</th>
              <th scope="col">{text.history.what}</th>
              <th scope="col">{text.history.battery}</th>
              <th scope="col">{text.history.who}</th>
            </tr>
          </thead>
          <tbody>
            {pages.items.map((line) => (
              <Row key={line.id} line={line} />
            ))}
          </tbody>
        </table>
      </div>
      {pages.hasMore && (
        <div className={css.more}>
          <Button busy={pages.loading} onClick={pages.more}>
            {text.history.more}
          </Button>
        </div>
      )}
    </Panel>
  );
}

function Row({ line }: { line: Line }) {
  const text = useText();
  const format = useFormat();
  const { session } = useSession();
  const known: Readonly<Record<string, string>> = text.history.actions;
  const { actor } = line;
  const who = () => {
    if (actor.kind !== "user") return text.history.actors[actor.kind];
    return actor.user_id === session?.userId ? text.history.actors.you : text.history.actors.user(actor.user_id);
  };
  return (
    <tr>
      <td className={css.when}>
        <time dateTime={line.at}>{format.dateTime(line.at)}</time>
      </td>
      <td>
        <span className={css.action}>{known[line.action] ?? line.action}</span>
        {changesOf(line.changes, text).map(({ field, before, after }) => (
          <span key={field} className={css.change}>
            {field}: <del>{before}</del> → <ins>{after}</ins>
          </span>
        ))}
      </td>
      <td>{line.battery_id ? `#${line.battery_id}` : ""}</td>
      <td>{who()}</td>
    </tr>
  );
}

/** The API gives each changed field as `[before, after]`. */
function changesOf(changes: unknown, text: Texts): { field: string; before: string; after: string }[] {
  if (typeof changes !== "object" || changes === null) return [];
  const names: Readonly<Record<string, string>> = text.history.fields;
  const values: Readonly<Record<string, string>> = { ...text.status, ...text.batteries.states } as Record<
    string,
    string
  >;
  const words = (value: unknown): string => {
    if (value === null || value === undefined || value === "") return "–";
    return values[String(value)] ?? String(value);
  };
  return Object.entries(changes).flatMap(([field, pair]) =>
    // That a battery came to this station or left it says the action.
    Array.isArray(pair) && field !== "station_id"
      ? [{ field: names[field] ?? field, before: words(pair[0]), after: words(pair[1]) }]
      : [],
  );
}
