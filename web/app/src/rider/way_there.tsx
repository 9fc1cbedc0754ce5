// A link that opens the device's own map at the station, and for desks the coordinates to copy. No map service is named:
// the rider's device knows which one they use.

import type { Point } from "@swapwire/react";
import { Copy, Route } from "lucide-react";
import { IconButton } from "../ui/button.tsx";
import { useToast } from "../ui/toast.tsx";
import { useText } from "./text.ts";
import css from "./way_there.module.css";

interface WayThereProps {
  to: Point;
  name: string;
  small?: boolean;
  /** Only the icon. */
  bare?: boolean;
}

export function WayThere({ to, name, small = false, bare = false }: WayThereProps) {
  const text = useText().station;
  const show = useToast();
  const place = `${to.latitude},${to.longitude}`;
  const copy = () =>
    navigator.clipboard.writeText(place).then(
      () => show(text.copied, "good"),
      () => show(place),
    );
  return (
    <span className={css.way}>
      <a
        className={`${css.link} ${small ? css.small : ""} ${bare ? css.bare : ""}`}
        title={bare ? text.wayThere : undefined}
        href={`geo:${place}?q=${place}(${encodeURIComponent(name)})`}
        aria-label={`${text.wayThere}: ${name}`}
      >
        <Route size={18} aria-hidden="true" />
        {!bare && text.wayThere}
      </a>
      {!small && (
        <IconButton label={text.copy} className={css.copy} onClick={() => void copy()}>
          <Copy size={18} aria-hidden="true" />
        </IconButton>
      )}
    </span>
  );
}
