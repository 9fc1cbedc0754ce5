// Books the station's fullest battery. The count drops at once; a refusal brings it back and says why. That it worked
// is told by the rider's channel, as for bookings from elsewhere.

import type { Station } from "@swapwire/client";
import { useBook } from "@swapwire/react";
import { useSession } from "../session/context.tsx";
import { Button, ButtonLink } from "../ui/button.tsx";
import { canBook } from "./availability.ts";
import css from "./book_battery.module.css";
import { reasonOf, useText } from "./text.ts";

export function BookBattery({ station }: { station: Station }) {
  const text = useText();
  const { session } = useSession();
  const { book, pending, error } = useBook();
  const blocked = pending === null && !canBook(station);
  const why = blocked && <p className={css.hint}>{station.status === "online" ? text.book.empty : text.book.closed}</p>;
  if (!session && blocked) return why;
  if (!session) {
    const to = encodeURIComponent(`/?station=${station.station_id}`);
    return (
      <ButtonLink href={`/sign-in?to=${to}`} kind="primary">
        {text.book.signIn}
      </ButtonLink>
    );
  }
  if (session.role === "operator") return <p className={css.hint}>{text.book.cannot}</p>;
  return (
    <div className={css.book}>
      <Button kind="primary" busy={pending !== null} disabled={blocked} onClick={() => void book(station.station_id)}>
        {text.book.book}
      </Button>
      {why}
      <p className={css.refusal} role="alert">
        {error && reasonOf(error, text)}
      </p>
    </div>
  );
}
