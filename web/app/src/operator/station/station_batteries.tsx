// The batteries at a station, and what its operator does with them.

import type { Battery, BatteryState, Station } from "@swapwire/client";
import { useClient } from "@swapwire/react";
import { Plus } from "lucide-react";
import { useCallback, useRef, useState } from "react";
import { useText as useShellText } from "../../shell/text.ts";
import { Button } from "../../ui/button.tsx";
import { Empty, Panel, Skeleton } from "../../ui/panel.tsx";
import { AddDialog } from "../batteries/add_dialog.tsx";
import { useBatteryActions } from "../batteries/battery_actions.ts";
import { BatteryTable } from "../batteries/battery_table.tsx";
import { BulkBar } from "../batteries/bulk_bar.tsx";
import { EditDialog } from "../batteries/edit_dialog.tsx";
import { ListFilters } from "../batteries/list_filters.tsx";
import { useListView, useMatching } from "../batteries/list_view.ts";
import { useRefreshing } from "../batteries/refreshing.ts";
import { errorText } from "../error_text.ts";
import { useShortcuts } from "../keyboard/shortcuts.ts";
import { usePages } from "../pages.ts";
import { useText } from "../text.ts";
import css from "./station_batteries.module.css";

/** A collected battery is at no station. */
const states: readonly BatteryState[] = ["available", "booked", "charging", "faulty"];

export function StationBatteries({ station }: { station: Station }) {
  const { station_id: id, station_name: name, revision } = station;
  const text = useText();
  const shell = useShellText();
  const { http } = useClient();
  const view = useListView();
  const { state } = view;
  const [adds, setAdds] = useState(false);
  const [edited, setEdited] = useState<Battery | null>(null);
  const search = useRef<HTMLInputElement>(null);
  const load = useCallback(
    (after: string | null, limit: number) => {
      const query = { limit, ...(state && { state }), ...(after && { after }) };
      return http.get("/stations/{station_id}/batteries/", { path: { station_id: id }, query });
    },
    [http, id, state],
  );
  const pages = usePages<Battery>(load);
  const batteries = useMatching(pages, view.text);
  const actions = useBatteryActions(id, pages.refresh);
  useRefreshing(pages.refresh, actions.busy ? null : revision);
  useShortcuts({
    "/": () => search.current?.focus(),
    a: () => setAdds(true),
  });
  const filtered = view.text !== "" || state !== null;
  const body = () => {
    if (pages.error && !pages.ready) return <Empty title={errorText(text, pages.error)} />;
    if (!pages.ready) return <Skeleton lines={6} label={shell.loading} />;
    if (batteries.length === 0 && !pages.hasMore) {
      return <Empty title={filtered ? text.batteries.nothingMatches : text.station.noBatteries} />;
    }
    return (
      <BatteryTable
        label={text.station.tabs.batteries}
        batteries={batteries}
        pages={pages}
        actions={actions}
        onEdit={setEdited}
      />
    );
  };
  return (
    <Panel flush>
      <div className={css.tools}>
        <ListFilters ref={search} view={view} states={states} />
        <Button kind="primary" onClick={() => setAdds(true)}>
          <Plus size={18} aria-hidden="true" />
          {text.add.open}
        </Button>
      </div>
      <BulkBar actions={actions} canTakeOut />
      {body()}
      {adds && <AddDialog station={{ id, name }} onClose={() => setAdds(false)} onAdded={() => void pages.refresh()} />}
      {edited && <EditDialog battery={edited} onClose={() => setEdited(null)} onSaved={() => void pages.refresh()} />}
    </Panel>
  );
}
