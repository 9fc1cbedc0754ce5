// Asks before a station is deleted: its history stays, the station does not come back.

import type { Station } from "@swapwire/client";
import { useClient } from "@swapwire/react";
import { useLocation } from "wouter";
import { useText as useShellText } from "../../shell/text.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { useToast } from "../../ui/toast.tsx";
import form from "../page/form.module.css";
import { otherErrors, useSubmit } from "../page/submit.ts";
import { useOwnStations } from "../stations/own_stations.tsx";
import { useText } from "../text.ts";

export function RemoveDialog({ station, onClose }: { station: Station; onClose(): void }) {
  const text = useText();
  const { close } = useShellText();
  const { http } = useClient();
  const toast = useToast();
  const own = useOwnStations();
  const [, navigate] = useLocation();
  const { busy, errors, submit } = useSubmit(async () => {
    await http.delete("/stations/{station_id}/", { path: { station_id: station.station_id } });
    toast(text.station.removed(station.station_name), "good");
    navigate("/operator");
    await own.refresh();
  });
  return (
    <Dialog title={text.station.remove} closeLabel={close} onClose={onClose}>
      <form className={form.form} onSubmit={submit}>
        <p>{text.station.removeQuestion(station.station_name)}</p>
        <p className={form.hint}>{text.station.removeHint}</p>
        <p role="alert" className={form.error}>
          {otherErrors(errors, [])}
        </p>
        <div className={form.buttons}>
          <Button onClick={onClose}>{text.bulk.keep}</Button>
          <Button type="submit" kind="danger" busy={busy}>
            {text.station.remove}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
