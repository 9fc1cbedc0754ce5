// Renames or moves a station.

import type { Station } from "@swapwire/client";
import { useClient } from "@swapwire/react";
import { useState } from "react";
import { useText as useShellText } from "../../shell/text.ts";
import { Dialog } from "../../ui/dialog.tsx";
import form from "../page/form.module.css";
import { FormEnd } from "../page/form_end.tsx";
import { useSubmit } from "../page/submit.ts";
import { useText } from "../text.ts";
import { placeFields, StationFields } from "./station_fields.tsx";

export function EditStationDialog({ station, onClose }: { station: Station; onClose(): void }) {
  const text = useText();
  const { close } = useShellText();
  const { http } = useClient();
  const [place, setPlace] = useState({
    name: station.station_name,
    latitude: String(station.latitude),
    longitude: String(station.longitude),
  });
  const { busy, errors, submit } = useSubmit(async () => {
    const [name, latitude, longitude] = [place.name.trim(), Number(place.latitude), Number(place.longitude)];
    const body = {
      ...(name !== station.station_name && { name }),
      ...(latitude !== station.latitude && { latitude }),
      ...(longitude !== station.longitude && { longitude }),
    };
    await http.patch("/stations/{station_id}/", { path: { station_id: station.station_id }, body });
    onClose();
  });
  return (
    <Dialog title={text.station.edit} closeLabel={close} onClose={onClose}>
      <form className={form.form} onSubmit={submit}>
        <StationFields place={place} errors={errors} onChange={setPlace} />
        <FormEnd errors={errors} fields={placeFields} busy={busy} submit={text.form.save} onCancel={onClose} />
      </form>
    </Dialog>
  );
}
