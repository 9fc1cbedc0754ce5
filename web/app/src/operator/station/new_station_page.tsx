// A new station: its name and where it is. It opens at once and is empty.

import { useClient } from "@swapwire/react";
import { useState } from "react";
import { useLocation } from "wouter";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { Panel } from "../../ui/panel.tsx";
import form from "../page/form.module.css";
import page from "../page/page.module.css";
import { otherErrors, useSubmit } from "../page/submit.ts";
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
          <p role="alert" className={form.error}>
            {otherErrors(errors, placeFields)}
          </p>
          <div className={form.buttons}>
            <ButtonLink href="/operator">{text.form.cancel}</ButtonLink>
            <Button type="submit" kind="primary" busy={busy}>
              {text.create.submit}
            </Button>
          </div>
        </form>
      </Panel>
    </div>
  );
}
