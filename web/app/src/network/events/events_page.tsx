// What happens at the stations, as it passes. Newest first; it rests while it is paused or scrolled.

import { useClient } from "@swapwire/react";
import { Pause, Play } from "lucide-react";
import { useEffect, useMemo, useState, useSyncExternalStore } from "react";
import { useSearchParams } from "wouter";
import { useFormat } from "../../i18n/context.tsx";
import { Badge } from "../../ui/badge.tsx";
import { Button } from "../../ui/button.tsx";
import { useNow } from "../../ui/clock.ts";
import { SelectField, TextField } from "../../ui/field.tsx";
import { Empty, Panel } from "../../ui/panel.tsx";
import { Page } from "../page.tsx";
import { useText } from "../text.ts";
import { EventList } from "./event_list.tsx";
import css from "./events_page.module.css";
import { fitting, typeOf, types } from "./filter.ts";
import { EventLog, MOST, type Shown } from "./log.ts";

/** Hears every message about a station while the page is shown. */
function useEventLog(): EventLog {
  const client = useClient();
  const log = useMemo(() => new EventLog(), []);
  useEffect(() => {
    const stations = client.all();
    const stop = stations.on("*", log.push);
    return () => {
      stop();
      stations.close();
      log.dispose();
    };
  }, [client, log]);
  return log;
}

export default function EventsPage() {
  const text = useText().events;
  const [search, setSearch] = useSearchParams();
  const type = typeOf(search.get("type"));
  const station = search.get("station") ?? "";
  const log = useEventLog();
  const live = useSyncExternalStore(log.subscribe, log.get);
  const [held, setHeld] = useState<Shown | null>(null);
  useEffect(() => {
    log.filter(fitting(type, station));
    setHeld(null);
  }, [log, type, station]);
  const put = (key: string, value: string) =>
    setSearch(
      (before) => {
        const next = new URLSearchParams(before);
        if (value) next.set(key, value);
        else next.delete(key);
        return next;
      },
      { replace: true },
    );
  const clear = () => {
    log.clear();
    setHeld(null);
  };
  return (
    <Page title={text.title} aside={<Rate log={log} paused={held !== null} />}>
      <search className={css.bar}>
        <SelectField
          quiet
          label={text.type}
          value={type ?? ""}
          onChange={(event) => put("type", event.currentTarget.value)}
        >
          <option value="">{text.anyType}</option>
          {types.map((each) => (
            <option key={each} value={each}>
              {text.types[each]}
            </option>
          ))}
        </SelectField>
        <TextField
          quiet
          type="search"
          label={text.station}
          placeholder={`${text.station}: ${text.stationHint}`}
          value={station}
          onChange={(event) => put("station", event.currentTarget.value)}
        />
        <div className={css.actions}>
          <Button onClick={() => setHeld(held ? null : live)} aria-pressed={held !== null}>
            {held ? <Play size={16} aria-hidden="true" /> : <Pause size={16} aria-hidden="true" />}
            {held ? text.resume : text.pause}
          </Button>
          <Button kind="quiet" onClick={clear}>
            {text.clear}
          </Button>
        </div>
      </search>
      <Kept live={live} held={held} onShow={() => setHeld(null)} />
      <Events
        shown={held ?? live}
        still={held !== null}
        filtered={type !== null || station.trim() !== ""}
        onHold={() => setHeld(held ?? live)}
      />
    </Page>
  );
}

interface EventsProps {
  shown: Shown;
  still: boolean;
  filtered: boolean;
  onHold(): void;
}

function Events({ shown, still, filtered, onHold }: EventsProps) {
  const text = useText().events;
  return (
    <Panel flush label={text.list}>
      {shown.events.length === 0 ? (
        <Empty title={filtered ? text.noneFits : text.waiting} />
      ) : (
        <EventList events={shown.events} still={still} onScrollAway={onHold} />
      )}
    </Panel>
  );
}

function Rate({ log, paused }: { log: EventLog; paused: boolean }) {
  const text = useText().events;
  const format = useFormat();
  useNow();
  const rate = log.rate();
  return (
    <p className={css.rate}>
      {paused && <Badge tone="warn">{text.paused}</Badge>}
      <b>{text.rate(format.number(rate < 10 ? Math.round(rate * 10) / 10 : Math.round(rate)))}</b>
    </p>
  );
}

function Kept({ live, held, onShow }: { live: Shown; held: Shown | null; onShow(): void }) {
  const text = useText().events;
  const format = useFormat();
  const missing = held ? live.passed - held.passed : 0;
  return (
    <div className={css.kept}>
      <p>{text.kept(format.number((held ?? live).events.length), format.number(MOST))}</p>
      {missing > 0 && (
        <Button
          small
          onClick={() => {
            window.scrollTo({ top: 0 });
            onShow();
          }}
        >
          {text.held(format.number(missing))}
        </Button>
      )}
    </div>
  );
}
