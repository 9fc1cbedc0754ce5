// One station at a glance, live, and where to go from here.

import type { Box, Station } from "@swapwire/client";
import { useStation, useStationIds } from "@swapwire/react";
import { useFormat } from "../../i18n/context.tsx";
import { Badge, type Tone } from "../../ui/badge.tsx";
import { ButtonLink } from "../../ui/button.tsx";
import { useNow } from "../../ui/clock.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { Empty, Skeleton } from "../../ui/panel.tsx";
import { boxText } from "../analytics/region.ts";
import { useText } from "../text.ts";
import css from "./station_sheet.module.css";

const everything = { all: true as const };
const tones: Record<Station["status"], Tone> = { online: "good", offline: "bad", maintenance: "warn", removed: "mute" };

export function StationSheet({ id, onClose }: { id: number; onClose(): void }) {
  const { stations: text, close } = useText();
  const { source } = useStationIds(everything);
  const station = useStation(id, source);
  return (
    <Dialog side title={station?.station_name ?? `#${id}`} closeLabel={close} onClose={onClose}>
      {station === undefined && <Skeleton lines={5} label={text.waiting} />}
      {station === null && <Empty title={text.gone} />}
      {station && <Sheet station={station} />}
    </Dialog>
  );
}

/** About five kilometres to each side. */
function around({ latitude, longitude }: Station): Box {
  const high = 5 / 111;
  const wide = high / Math.max(0.1, Math.cos((latitude * Math.PI) / 180));
  const west = Math.max(-180, longitude - wide);
  const east = Math.min(180, longitude + wide);
  return [west, Math.max(-90, latitude - high), east, Math.min(90, latitude + high)];
}

function Sheet({ station }: { station: Station }) {
  const { stations: text, status: words } = useText();
  const format = useFormat();
  const now = useNow();
  const { station_id: id, station_name: name, status, latitude, longitude } = station;
  const counts = [
    [text.available, station.available_batteries],
    [text.booked, station.booked_batteries],
    [text.unavailable, station.unavailable_batteries],
    [text.total, station.total_batteries],
  ] as const;
  const region = new URLSearchParams({ bbox: boxText(around(station)), region: name });
  return (
    <div className={css.sheet}>
      <p>
        <Badge tone={tones[status]}>{words[status]}</Badge>
      </p>
      <dl className={css.counts}>
        {counts.map(([label, count]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{format.number(count)}</dd>
          </div>
        ))}
      </dl>
      <dl className={css.facts}>
        <dt>{text.updated}</dt>
        <dd title={format.dateTime(station.timestamp)}>{format.relative(station.timestamp, now)}</dd>
        <dt>{text.place}</dt>
        <dd>
          <a href={`geo:${latitude},${longitude}`}>
            {latitude.toFixed(5)}, {longitude.toFixed(5)}
          </a>
        </dd>
      </dl>
      <div className={css.links}>
        <ButtonLink kind="primary" href={`/operator/stations/${id}`}>
          {text.more}
        </ButtonLink>
        <ButtonLink href={`/network/analytics?${region}`}>{text.analytics}</ButtonLink>
        <ButtonLink href={`/kiosk/${id}`}>{text.kiosk}</ButtonLink>
      </div>
    </div>
  );
}
