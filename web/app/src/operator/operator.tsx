// The pages of the operator: the own stations, one station, the own batteries.

import { Route, Switch } from "wouter";
import { NotFound } from "../shell/not_found.tsx";
import { BatteriesPage } from "./batteries/batteries_page.tsx";
import { NewStationPage } from "./station/new_station_page.tsx";
import { StationPage } from "./station/station_page.tsx";
import { OwnStationsProvider } from "./stations/own_stations.tsx";
import { StationsPage } from "./stations/stations_page.tsx";

export default function Operator() {
  return (
    <OwnStationsProvider>
      <Switch>
        <Route path="/operator" component={StationsPage} />
        <Route path="/operator/batteries" component={BatteriesPage} />
        <Route path="/operator/stations/new" component={NewStationPage} />
        <Route path="/operator/stations/:id">
          {({ id }) => (/^[1-9]\d*$/.test(id) ? <StationPage key={id} id={Number(id)} /> : <NotFound />)}
        </Route>
        <Route component={NotFound} />
      </Switch>
    </OwnStationsProvider>
  );
}
