// What riders did in the network or a region, and the stations compared. Every view has its address.

import { useSearchParams } from "wouter";
import { StatisticsView } from "../../charts/statistics_view.tsx";
import { Page } from "../page.tsx";
import { useText } from "../text.ts";
import { Ranking } from "./ranking.tsx";
import { boxText, putRegion, regionOf } from "./region.ts";
import { RegionPicker } from "./region_picker.tsx";

export default function AnalyticsPage() {
  const text = useText().analytics;
  const [search, setSearch] = useSearchParams();
  const region = regionOf(search, text.unnamed);
  const bbox = region ? boxText(region.box) : undefined;
  const name = region ? `swapwire-${region.name}` : "swapwire-network";
  return (
    <Page
      title={text.title}
      aside={<RegionPicker region={region} onChoose={(chosen) => setSearch((held) => putRegion(held, chosen))} />}
    >
      <StatisticsView of={{ bbox }} name={name} />
      <Ranking bbox={bbox} name={name} />
    </Page>
  );
}
