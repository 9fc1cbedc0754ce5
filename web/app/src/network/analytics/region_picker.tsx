// Chooses the region that figures are of: a saved one, what the map shows, or a box in degrees.

import type { Box } from "@swapwire/client";
import { useStations } from "@swapwire/react";
import { MapPinned, Trash2, X } from "lucide-react";
import { type FormEvent, lazy, Suspense, useState } from "react";
import { Button, IconButton } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { TextField } from "../../ui/field.tsx";
import { Skeleton } from "../../ui/panel.tsx";
import { useText } from "../text.ts";
import { boxOf, boxText, type Region, savedRegions, saveRegions, withRegion } from "./region.ts";
import css from "./region_picker.module.css";

const StationMap = lazy(() => import("../../map/station_map.tsx"));

export function RegionPicker(props: { region: Region | null; onChoose(region: Region | null): void }) {
  const { region, onChoose } = props;
  const { analytics: text, close } = useText();
  const [open, setOpen] = useState(false);
  const choose = (chosen: Region | null) => {
    setOpen(false);
    onChoose(chosen);
  };
  return (
    <div className={css.picker}>
      <Button small onClick={() => setOpen(true)} aria-haspopup="dialog">
        <MapPinned size={16} aria-hidden="true" />
        <span className="visually-hidden">{text.region}: </span>
        {region ? region.name : text.whole}
      </Button>
      {region && (
        <IconButton label={text.whole} onClick={() => choose(null)}>
          <X size={16} aria-hidden="true" />
        </IconButton>
      )}
      {open && (
        <Dialog side title={text.choose} closeLabel={close} onClose={() => setOpen(false)}>
          <RegionForm region={region} onChoose={choose} />
        </Dialog>
      )}
    </div>
  );
}

const sides = ["west", "south", "east", "north"] as const;

function RegionForm({ region, onChoose }: { region: Region | null; onChoose(region: Region | null): void }) {
  const text = useText().analytics;
  const [saved, setSaved] = useState(savedRegions);
  const [name, setName] = useState(region?.name ?? "");
  const [fields, setFields] = useState<readonly string[]>(region?.box.map(String) ?? ["", "", "", ""]);
  const [wrong, setWrong] = useState(false);
  const [shown, setShown] = useState<Box | null>(null);
  const keep = (regions: Region[]) => {
    saveRegions(regions);
    setSaved(regions);
  };
  const onSubmit = (event: FormEvent) => {
    event.preventDefault();
    const box = boxOf(fields.join(","));
    setWrong(box === null);
    if (!box) return;
    const chosen = { name: name.trim() || text.unnamed, box };
    if (name.trim()) keep(withRegion(saved, chosen));
    onChoose(chosen);
  };
  return (
    <form className={css.form} onSubmit={onSubmit} noValidate>
      <Saved regions={saved} onChoose={onChoose} onKeep={keep} />
      <div className={css.map}>
        <p className={css.legend}>{text.map}</p>
        <Suspense fallback={<Skeleton lines={6} label={text.map} />}>
          <MapOfAll onBox={setShown} label={text.map} />
        </Suspense>
        <Button small disabled={!shown} onClick={() => shown && setFields(boxText(shown).split(","))}>
          {text.take}
        </Button>
      </div>
      <fieldset className={css.box}>
        <legend className={css.legend}>{text.box}</legend>
        {sides.map((side, place) => (
          <TextField
            key={side}
            label={text[side]}
            inputMode="decimal"
            value={fields[place] ?? ""}
            aria-invalid={wrong || undefined}
            onChange={({ currentTarget: { value } }) =>
              setFields(fields.map((held, at) => (at === place ? value : held)))
            }
          />
        ))}
      </fieldset>
      {wrong && (
        <p className={css.wrong} role="alert">
          {text.wrong}
        </p>
      )}
      <TextField
        label={text.name}
        hint={text.nameHint}
        value={name}
        maxLength={40}
        onChange={({ currentTarget }) => setName(currentTarget.value)}
      />
      <Button kind="primary" type="submit">
        {text.show}
      </Button>
    </form>
  );
}

function MapOfAll({ onBox, label }: { onBox(box: Box): void; label: string }) {
  const { stations } = useStations({ all: true });
  return (
    <div className={css.canvas}>
      <StationMap stations={stations} selected={null} onSelect={() => {}} position={null} onBox={onBox} label={label} />
    </div>
  );
}

interface SavedProps {
  regions: readonly Region[];
  onChoose(region: Region | null): void;
  onKeep(regions: Region[]): void;
}

function Saved({ regions, onChoose, onKeep }: SavedProps) {
  const text = useText().analytics;
  return (
    <ul className={css.saved} aria-label={text.named}>
      <li>
        <Button small onClick={() => onChoose(null)}>
          {text.whole}
        </Button>
      </li>
      {regions.map((region) => (
        <li key={region.name}>
          <Button small onClick={() => onChoose(region)}>
            {region.name}
          </Button>
          <IconButton
            label={text.remove(region.name)}
            onClick={() => onKeep(regions.filter((held) => held !== region))}
          >
            <Trash2 size={15} aria-hidden="true" />
          </IconButton>
        </li>
      ))}
    </ul>
  );
}
