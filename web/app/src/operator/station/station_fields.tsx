// Name and place of a station, for a new one and for one that is renamed or moved.

import { LocateFixed } from "lucide-react";
import { useState } from "react";
import { Button } from "../../ui/button.tsx";
import { TextField } from "../../ui/field.tsx";
import form from "../page/form.module.css";
import { useText } from "../text.ts";

export interface Place {
  readonly name: string;
  readonly latitude: string;
  readonly longitude: string;
}

export const placeFields = ["name", "latitude", "longitude"] as const;

interface StationFieldsProps {
  place: Place;
  errors: Readonly<Record<string, string>>;
  onChange(place: Place): void;
}

export function StationFields({ place, errors, onChange }: StationFieldsProps) {
  const text = useText().form;
  const [unlocated, setUnlocated] = useState(false);
  const locate = () =>
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        setUnlocated(false);
        onChange({ ...place, latitude: coords.latitude.toFixed(6), longitude: coords.longitude.toFixed(6) });
      },
      () => setUnlocated(true),
      { enableHighAccuracy: true, timeout: 15_000 },
    );
  const degrees = { type: "number", step: "any", required: true, inputMode: "decimal" } as const;
  return (
    <>
      <TextField
        label={text.name}
        value={place.name}
        required
        maxLength={200}
        error={errors.name}
        onChange={({ target }) => onChange({ ...place, name: target.value })}
      />
      <div className={form.pair}>
        <TextField
          {...degrees}
          label={text.latitude}
          min={-90}
          max={90}
          value={place.latitude}
          error={errors.latitude}
          onPaste={(event) => {
            const both = pairOf(event.clipboardData.getData("text"));
            if (!both) return;
            event.preventDefault();
            onChange({ ...place, ...both });
          }}
          onChange={({ target }) => onChange({ ...place, latitude: target.value })}
        />
        <TextField
          {...degrees}
          label={text.longitude}
          min={-180}
          max={180}
          value={place.longitude}
          error={errors.longitude}
          onChange={({ target }) => onChange({ ...place, longitude: target.value })}
        />
      </div>
      <div className={form.row}>
        <Button small onClick={locate}>
          <LocateFixed size={16} aria-hidden="true" />
          {text.here}
        </Button>
        <span role="status" className={form.hint}>
          {unlocated ? text.noPosition : text.pasteBoth}
        </span>
      </div>
    </>
  );
}

/** Maps copy "52.52, 13.405". */
function pairOf(pasted: string): Pick<Place, "latitude" | "longitude"> | null {
  const [, latitude, longitude] = /^\s*(-?\d+(?:\.\d+)?)\s*[,;\s]\s*(-?\d+(?:\.\d+)?)\s*$/.exec(pasted) ?? [];
  return latitude === undefined || longitude === undefined ? null : { latitude, longitude };
}
