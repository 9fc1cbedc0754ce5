// Generated from the served documents by scripts/generate.mjs. Not edited by hand.

export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * @description Why a station's state changed: the common cause of what was merged into one update.
         * @enum {string}
         */
        Action: "update" | "add" | "remove" | "book" | "collect" | "release" | "create" | "status" | "test";
        /**
         * @description Something that happened to batteries at a station, with the counts of the same read as the
         *     `inventory_update` of that revision.
         */
        BatteryChange: {
            /**
             * Format: int64
             * @description Batteries that can be booked now.
             */
            available_batteries: number;
            battery_id?: components["schemas"]["BatteryId"] | null;
            /** @description The batteries, when one statement changed several. */
            battery_ids?: components["schemas"]["BatteryId"][];
            /**
             * Format: int64
             * @description Batteries held for riders.
             */
            booked_batteries: number;
            /** @description The revision of the read that these counts come from. */
            revision: components["schemas"]["Revision"];
            /** @description Where. */
            station_id: components["schemas"]["StationId"];
            /** @description Its name. */
            station_name: string;
            /**
             * Format: date-time
             * @description When it happened.
             */
            timestamp: string;
            /**
             * Format: int64
             * @description All batteries at the station.
             */
            total_batteries: number;
        };
        /**
         * Format: int64
         * @description A battery.
         */
        BatteryId: number;
        /** @description A battery as a rider sees it. */
        BatteryInfo: {
            /** @description Its model. */
            model: string;
            /** @description What is printed on it. */
            serial_number: string;
            /**
             * Format: double
             * @description 0–100.
             */
            state_of_charge_percent: number;
        };
        /** @enum {string} */
        BroadcastStatus: "online" | "offline" | "maintenance" | "removed";
        /** @description What a rider needs to find the battery. */
        Confirmation: {
            /** @description The battery. */
            battery_id: components["schemas"]["BatteryId"];
            /** @description What is printed on it and how full it was. */
            battery_info: components["schemas"]["BatteryInfo"];
            /** @description The order. */
            booking_id: components["schemas"]["OrderId"];
            /**
             * Format: date-time
             * @description When the hold runs out.
             */
            expires_at: string;
            /** @description The same in words: in the rider's language, with times by the rider's clock. */
            message: string;
            /** @description Where the battery is. */
            station_id: components["schemas"]["StationId"];
            /** @description The station's name. */
            station_name: string;
        };
        /**
         * Format: uuid
         * @description The id of an event: drawn once in the database, the same however often the event is sent.
         */
        EventId: string;
        /** @description A station's complete present state. */
        InventoryUpdate: components["schemas"]["StationState"] & {
            /** @description What changed it. */
            action: components["schemas"]["Action"];
        };
        /** @enum {string} */
        Level: "info" | "success" | "warning" | "error";
        message_authenticate: {
            token: string;
            /** @constant */
            type: "authenticate";
        };
        message_battery_added: ((components["schemas"]["BatteryChange"] & {
            /** @enum {string} */
            type: "battery_added";
        }) & {
            id: components["schemas"]["EventId"];
        }) & {
            /** @description Where to come back to. */
            cursor: string;
        };
        message_battery_booked: ((components["schemas"]["BatteryChange"] & {
            /** @enum {string} */
            type: "battery_booked";
        }) & {
            id: components["schemas"]["EventId"];
        }) & {
            /** @description Where to come back to. */
            cursor: string;
        };
        message_battery_collected: ((components["schemas"]["BatteryChange"] & {
            /** @enum {string} */
            type: "battery_collected";
        }) & {
            id: components["schemas"]["EventId"];
        }) & {
            /** @description Where to come back to. */
            cursor: string;
        };
        message_battery_released: ((components["schemas"]["BatteryChange"] & {
            /** @enum {string} */
            type: "battery_released";
        }) & {
            id: components["schemas"]["EventId"];
        }) & {
            /** @description Where to come back to. */
            cursor: string;
        };
        message_battery_removed: ((components["schemas"]["BatteryChange"] & {
            /** @enum {string} */
            type: "battery_removed";
        }) & {
            id: components["schemas"]["EventId"];
        }) & {
            /** @description Where to come back to. */
            cursor: string;
        };
        message_booking_cancelled: (((components["schemas"]["OrderNotice"] & {
            /** @enum {string} */
            type: "booking_cancelled";
        }) & {
            notification_id: components["schemas"]["NotificationId"];
            /** Format: date-time */
            timestamp: string;
        }) & {
            id: components["schemas"]["EventId"];
        }) & {
            /** @description Where to come back to. */
            cursor: string;
        };
        message_booking_collected: (((components["schemas"]["OrderNotice"] & {
            /** @enum {string} */
            type: "booking_collected";
        }) & {
            notification_id: components["schemas"]["NotificationId"];
            /** Format: date-time */
            timestamp: string;
        }) & {
            id: components["schemas"]["EventId"];
        }) & {
            /** @description Where to come back to. */
            cursor: string;
        };
        message_booking_confirmed: (((components["schemas"]["Confirmation"] & {
            /** @enum {string} */
            type: "booking_confirmed";
        }) & {
            notification_id: components["schemas"]["NotificationId"];
            /** Format: date-time */
            timestamp: string;
        }) & {
            id: components["schemas"]["EventId"];
        }) & {
            /** @description Where to come back to. */
            cursor: string;
        };
        message_booking_expired: (((components["schemas"]["OrderNotice"] & {
            /** @enum {string} */
            type: "booking_expired";
        }) & {
            notification_id: components["schemas"]["NotificationId"];
            /** Format: date-time */
            timestamp: string;
        }) & {
            id: components["schemas"]["EventId"];
        }) & {
            /** @description Where to come back to. */
            cursor: string;
        };
        message_booking_expiring: (((components["schemas"]["OrderNotice"] & {
            /** @enum {string} */
            type: "booking_expiring";
        }) & {
            notification_id: components["schemas"]["NotificationId"];
            /** Format: date-time */
            timestamp: string;
        }) & {
            id: components["schemas"]["EventId"];
        }) & {
            /** @description Where to come back to. */
            cursor: string;
        };
        message_booking_ready: (((components["schemas"]["OrderNotice"] & {
            /** @enum {string} */
            type: "booking_ready";
        }) & {
            notification_id: components["schemas"]["NotificationId"];
            /** Format: date-time */
            timestamp: string;
        }) & {
            id: components["schemas"]["EventId"];
        }) & {
            /** @description Where to come back to. */
            cursor: string;
        };
        message_connection_established: {
            channel: string;
            /** @description Null until the snapshot is complete. */
            cursor?: string | null;
            /** Format: int64 */
            heartbeat_s: number;
            message: string;
            recovered: boolean;
            /** @description On the channel of a box: comes back with the cursor, as `scope`. */
            scope?: string | null;
            station_id?: components["schemas"]["StationId"] | null;
            /** @enum {string} */
            type: "connection_established";
            user_id?: components["schemas"]["UserId"] | null;
        };
        message_error: {
            code: string;
            message: string;
            /** @enum {string} */
            type: "error";
        };
        message_feed: {
            /**
             * Format: date-time
             * @description When the broker was last heard, if it is not heard now.
             */
            stale_since?: string | null;
            /** @enum {string} */
            type: "feed";
        };
        message_inventory_snapshot: {
            /** @description True on the last frame. */
            complete?: boolean | null;
            /** @description Where the snapshot is complete; null before that. */
            cursor?: string | null;
            /** @description At most 500. */
            stations: components["schemas"]["StationState"][];
        } & {
            /** @constant */
            type: "inventory_snapshot";
        };
        message_inventory_update: ((components["schemas"]["InventoryUpdate"] & {
            /** @enum {string} */
            type: "inventory_update";
        }) & {
            id: components["schemas"]["EventId"];
        }) & {
            /** @description Where to come back to. */
            cursor: string;
        };
        message_lagged: {
            cursor: string;
            id: components["schemas"]["EventId"];
            /** Format: int64 */
            missed: number;
            /** Format: date-time */
            timestamp: string;
            /** @enum {string} */
            type: "lagged";
        };
        message_notification: (((components["schemas"]["Notice"] & {
            /** @enum {string} */
            type: "notification";
        }) & {
            notification_id: components["schemas"]["NotificationId"];
            /** Format: date-time */
            timestamp: string;
        }) & {
            id: components["schemas"]["EventId"];
        }) & {
            /** @description Where to come back to. */
            cursor: string;
        };
        message_ping: {
            timestamp?: unknown;
            /** @constant */
            type: "ping";
        };
        message_pong: {
            /** @description As the `ping` had it. */
            timestamp: unknown;
            /** @enum {string} */
            type: "pong";
        };
        message_position: {
            /** @description Where to come back to: nothing on this channel happened since the last one. */
            cursor: string;
            /** @enum {string} */
            type: "position";
        };
        message_station_status: ((components["schemas"]["StationStatusChange"] & {
            /** @enum {string} */
            type: "station_status";
        }) & {
            id: components["schemas"]["EventId"];
        }) & {
            /** @description Where to come back to. */
            cursor: string;
        };
        message_subscribe: {
            channels: (string | {
                channel: string;
                since?: string;
            })[];
            since?: string;
            /** @constant */
            type: "subscribe";
        };
        message_subscribed: {
            channels: components["schemas"]["Subscribed"][];
            /** @enum {string} */
            type: "subscribed";
        };
        message_unsubscribe: {
            channels: string[];
            /** @constant */
            type: "unsubscribe";
        };
        message_unsubscribed: {
            channels: string[];
            /** @enum {string} */
            type: "unsubscribed";
        };
        message_view: {
            /** @description min_lon, min_lat, max_lon, max_lat. */
            bbox: number[];
            /** @constant */
            type: "view";
        };
        message_viewing: {
            /** @description min_lon, min_lat, max_lon, max_lat. */
            bbox: number[];
            scope: string;
            /** @enum {string} */
            type: "viewing";
        };
        /** @description A general notification. */
        Notice: {
            /** @description How to show it. */
            level: components["schemas"]["Level"];
            /** @description The text. */
            message: string;
            /** @description One line. */
            title: string;
        };
        /**
         * Format: int64
         * @description A message to one rider: 1, 2, 3 … per rider, without gaps.
         */
        NotificationId: number;
        /**
         * Format: int64
         * @description An order; messages call it `booking_id`.
         */
        OrderId: number;
        /** @description Something about one order. */
        OrderNotice: {
            /** @description The order. */
            booking_id: components["schemas"]["OrderId"];
            /** @description In words, in the rider's language, with times by the rider's clock. */
            message: string;
            /** @description Where. */
            station_id: components["schemas"]["StationId"];
            /** @description The station's name. */
            station_name: string;
        };
        /** @description What became of a channel that a client asked for. */
        Outcome: {
            /** @description It is followed: from the cursor, or with its state. */
            recovered: boolean;
        } | {
            /** @description It is not followed: `unknown_channel`, `not_live` or `too_many_channels`. */
            error: string;
        };
        /**
         * Format: int64
         * @description The age of a station's state: a higher revision was read later, never the reverse.
         */
        Revision: number;
        /** @description What a rider can be told. */
        RiderMessage: (components["schemas"]["Confirmation"] & {
            /** @enum {string} */
            type: "booking_confirmed";
        }) | (components["schemas"]["OrderNotice"] & {
            /** @enum {string} */
            type: "booking_ready";
        }) | (components["schemas"]["OrderNotice"] & {
            /** @enum {string} */
            type: "booking_collected";
        }) | (components["schemas"]["OrderNotice"] & {
            /** @enum {string} */
            type: "booking_cancelled";
        }) | (components["schemas"]["OrderNotice"] & {
            /** @enum {string} */
            type: "booking_expired";
        }) | (components["schemas"]["OrderNotice"] & {
            /** @enum {string} */
            type: "booking_expiring";
        }) | (components["schemas"]["Notice"] & {
            /** @enum {string} */
            type: "notification";
        });
        /**
         * Format: uuid
         * @description Ties the chunks of one snapshot together.
         */
        SnapshotId: string;
        /**
         * Format: int64
         * @description A station.
         */
        StationId: number;
        /** @description A station as a screen shows it: one item of a snapshot, the core of an `inventory_update`. */
        StationState: {
            /**
             * Format: int64
             * @description Batteries that can be booked now.
             */
            available_batteries: number;
            /**
             * Format: int64
             * @description Batteries held for riders.
             */
            booked_batteries: number;
            /**
             * Format: double
             * @description Degrees north, WGS 84.
             */
            latitude: number;
            /**
             * Format: double
             * @description Degrees east, WGS 84.
             */
            longitude: number;
            /** @description When this state was read, as an order: ignore one that is not above the one shown. */
            revision: components["schemas"]["Revision"];
            /** @description The station. */
            station_id: components["schemas"]["StationId"];
            /** @description Its present name. */
            station_name: string;
            /** @description Its status, or `removed`. */
            status: components["schemas"]["BroadcastStatus"];
            /**
             * Format: date-time
             * @description When this state was read, as a time.
             */
            timestamp: string;
            /**
             * Format: int64
             * @description available + booked + unavailable.
             */
            total_batteries: number;
            /**
             * Format: int64
             * @description Batteries that are charging or faulty.
             */
            unavailable_batteries: number;
        };
        /** @description A station opened, closed or was deleted. */
        StationStatusChange: {
            /** @description The operator's words on it; empty when there are none. */
            message: string;
            /** @description The station. */
            station_id: components["schemas"]["StationId"];
            /** @description Its name. */
            station_name: string;
            /** @description What it is now, or `removed`. */
            status: components["schemas"]["BroadcastStatus"];
            /**
             * Format: date-time
             * @description When it happened.
             */
            timestamp: string;
        };
        /** @description A channel in the answer to `subscribe`: whether it goes on from the cursor, or why it can't be followed. */
        Subscribed: components["schemas"]["Outcome"] & {
            channel: string;
        };
        /**
         * Format: int64
         * @description Whoever a token speaks for: the JWT `sub`.
         */
        UserId: number;
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
