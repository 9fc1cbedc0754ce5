// A station from close by: how many batteries are there now, whether it is open, how far it is, and the way to book.

import type { Station, Stations } from "@swapwire/client";
import { distanceKm, type Point, useStation } from "@swapwire/react";
import { MapPinOff } from "lucide-react";
import { useFormat } from "../i18n/context.tsx";
import { Badge } from "../ui/badge.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Empty, Skeleton } from "../ui/panel.tsx";
import { toneOf } from "./availability.ts";
import { BookBattery } from "./book_battery.tsx";
import { HeldBatteries } from "./held_batteries.tsx";
import { StationBatteries } from "./station_batteries.tsx";
import css from "./station_sheet.module.css";
import { StatusMessage } from "./status_message.tsx";
import { useText } from "./text.ts";
import { WayThere } from "./way_there.tsx";

interface StationSheetProps {
  id: number;
  source: Stations;
  from: Point | undefined;
  onClose(): void;
}

export default function StationSheet({ id, source, from, onClose }: StationSheetProps) {
  const text = useText();
  const station = useStation(id, source);
  return (
    <Dialog
      side
      title={station?.station_name ?? (station === null ? text.station.unknown : text.find.loading)}
      closeLabel={text.station.close}
      onClose={onClose}
    >
      {station === undefined && <Skeleton lines={5} label={text.find.loading} />}
      {station === null && (
        <Empty icon={<MapPinOff size={32} aria-hidden="true" />} title={text.station.unknown}>
          <p>{text.station.unknownHint}</p>
        </Empty>
      )}
      {station && <Sheet station={station} source={source} from={from} />}
    </Dialog>
  );
}

function Sheet({ station, source, from }: { station: Station; source: Stations; from: Point | undefined }) {
  const text = useText().station;
  const format = useFormat();
  const { station_id, station_name, status, booked_batteries, unavailable_batteries } = station;
  const open = status === "online";
  return (
    <div className={css.sheet}>
      <div className={css.facts}>
        <Badge tone={open ? "good" : "bad"}>{text.status[status]}</Badge>
        {from && <span>{text.away(format.distance(distanceKm(from, station)))}</span>}
      </div>
      <StatusMessage station={station} source={source} />
      <Count station={station} />
      <p className={css.others}>
        {booked_batteries > 0 && <span>{text.held(booked_batteries)}</span>}
        {unavailable_batteries > 0 && <span>{text.unavailable(unavailable_batteries)}</span>}
      </p>
      <HeldBatteries at={station_id} />
      <div className={css.actions}>
        <BookBattery station={station} />
        <WayThere to={station} name={station_name} />
      </div>
      <StationBatteries station={station} />
    </div>
  );
}

function Count({ station }: { station: Station }) {
  const text = useText().station;
  const count = station.status === "online" ? station.available_batteries : 0;
  return (
    <p className={`${css.count} ${css[toneOf(station)]}`} aria-live="polite">
      <span key={count} className={css.number}>
        {count}
      </span>{" "}
      <span className={css.unit}>{text.availableNow(count)}</span>
    </p>
  );
}
