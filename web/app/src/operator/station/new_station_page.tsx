// A new station: its name and where it is. It opens at once and is empty.

import { useClient } from "@swapwire/react";
import { useState } from "react";
import { useLocation } from "wouter";
import { Panel } from "../../ui/panel.tsx";
import form from "../page/form.module.css";
import { FormEnd } from "../page/form_end.tsx";
import page from "../page/page.module.css";
import { useSubmit } from "../page/submit.ts";
import { useOwnStations } from "../stations/own_stations.tsx";
import { useText } from "../text.ts";
import { placeFields, StationFields } from "./station_fields.tsx";

export function NewStationPage() {
  const text = useText();
  const { http } = useClient();
  const own = useOwnStations();
  const [, navigate] = useLocation();
  const [place, setPlace] = useState({ name: "", latitude: "", longitude: "" });
  const { busy, errors, submit } = useSubmit(async () => {
    const body = {
      name: place.name.trim(),
      latitude: Number(place.latitude),
      longitude: Number(place.longitude),
    };
    const { id } = await http.post("/stations/", { body });
    await own.refresh();
    navigate(`/operator/stations/${id}`);
  });
  return (
    <div className={`${page.long} ${page.narrow}`}>
      <h1>{text.create.title}</h1>
      <Panel>
        <form className={form.form} onSubmit={submit}>
          <StationFields place={place} errors={errors} onChange={setPlace} />
          <FormEnd
            errors={errors}
            fields={placeFields}
            busy={busy}
            submit={text.create.submit}
            onCancel={() => navigate("/operator")}
          />
        </form>
      </Panel>
    </div>
  );
}
