// @swapwire/react: hooks over @swapwire/client. See README.md for ten lines that run.

export { type Booking, useBook } from "./book.ts";
export { useConnection } from "./connection.ts";
export type { StationFilter, StationOrder } from "./criteria.ts";
export { distanceKm, type Point } from "./geography.ts";
export { type Notifications, useNotifications, useRiderMessages, useUnread } from "./notifications.ts";
export { type Orders, useOrders } from "./orders.ts";
export { type Preferences, type PreferencesPatch, type PreferencesResult, usePreferences } from "./preferences.ts";
export { SwapwireProvider, useClient } from "./provider.tsx";
export { type Request, type RequestOptions, useRefresh, useRequest } from "./request.ts";
export { useStation } from "./station.ts";
export type { Near, StationQuery } from "./station-query.ts";
export { type StationIdList, type StationList, useStationIds, useStations } from "./stations.ts";
export { type StatisticsQuery, type StatisticsResult, useStatistics } from "./statistics.ts";
