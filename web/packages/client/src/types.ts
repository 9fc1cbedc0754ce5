// The names of the protocol's parts, from the types that are generated from the served documents.

import type { components as Http, operations } from "./generated/http.ts";
import type { components as Live } from "./generated/live.ts";

type LiveSchemas = Live["schemas"];
type HttpSchemas = Http["schemas"];

/** One station as every screen shows it. Objects are replaced, never changed: another object means another state. */
export type Station = Readonly<LiveSchemas["StationState"]>;

export type Order = HttpSchemas["Order"];
export type OrderStatus = HttpSchemas["OrderStatus"];
export type Battery = HttpSchemas["Battery"];
export type BatteryState = HttpSchemas["BatteryState"];
export type InboxItem = HttpSchemas["Notification"];
export type Problem = HttpSchemas["Problem"];
export type StationRecord = HttpSchemas["Station"];
export type Statistics = HttpSchemas["Statistics"];
export type { paths } from "./generated/http.ts";
export type { operations };

type MessageName = {
  [Name in keyof LiveSchemas]: Name extends `message_${infer Type}` ? Type : never;
}[keyof LiveSchemas];
type MessageOf<Name extends string> = `message_${Name}` extends keyof LiveSchemas
  ? LiveSchemas[`message_${Name}`] & { type: Name }
  : never;

const sentByClients = ["authenticate", "ping", "subscribe", "unsubscribe", "view"] as const;
type SentByClients = (typeof sentByClients)[number];

/** Every message that the gateway sends, told apart by `type`. */
export type ServerMessage = { [Name in Exclude<MessageName, SentByClients>]: MessageOf<Name> }[Exclude<
  MessageName,
  SentByClients
>];
export type Message<Type extends ServerMessage["type"]> = Extract<ServerMessage, { type: Type }>;

/** What is said about a station, as it passes: its new state, and what happened. */
export type StationEvent = Message<
  | "inventory_update"
  | "battery_booked"
  | "battery_collected"
  | "battery_added"
  | "battery_removed"
  | "battery_released"
  | "station_status"
  | "lagged"
>;

/** What a rider is told; each also stands in the inbox under its `notification_id`. */
export type RiderMessage = Message<
  | "booking_confirmed"
  | "booking_ready"
  | "booking_collected"
  | "booking_cancelled"
  | "booking_expired"
  | "booking_expiring"
  | "notification"
>;

/** West, south, east, north, in degrees. */
export type Box = readonly [minLon: number, minLat: number, maxLon: number, maxLat: number];
