// Generated from the served documents by scripts/generate.mjs. Not edited by hand.

export interface paths {
    "/batteries/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The caller's batteries.
         * @description For operators; an admin reads everybody's.
         */
        get: operations["list_own_batteries"];
        put?: never;
        /**
         * Registers one battery, or a list of up to 1,000, all of them or none.
         * @description For operators and admins. Who registers a battery owns it. It is at no station yet.
         */
        post: operations["register_batteries"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/batteries/{battery_id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One battery.
         * @description For anybody with a token.
         */
        get: operations["read_battery"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Changes a battery's state, charge or health.
         * @description For its owner, and admins. The state of a booked battery follows its order and can't be set.
         */
        patch: operations["change_battery"];
        trace?: never;
    };
    "/health/parts/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The names of the parts whose health can be read.
         * @description For anybody.
         */
        get: operations["list_parts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/parts/{part}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How a part does.
         * @description For admins. The report says how the part does: the status is 200 also for a part that is unready, and 503 for one
         *     that does not answer.
         */
        get: operations["read_part"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/notifications/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sends a message to one user.
         * @description For admins. It reaches the user's screens at once, and stays in the inbox. It is not translated.
         */
        post: operations["send_notification"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/push-key/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The key that a browser subscribes with.
         * @description For anybody. A 404 says that this network sends no push messages.
         */
        get: operations["read_push_key"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/stations/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Stations by location, status and what they offer.
         * @description For anybody; as GeoJSON for whoever accepts that. With `near` the nearest come first.
         */
        get: operations["list_stations"];
        put?: never;
        /**
         * Creates a station.
         * @description For operators and admins. Who creates a station owns it.
         */
        post: operations["create_station"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/stations/{station_id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One station.
         * @description For anybody; as GeoJSON for whoever accepts that.
         */
        get: operations["read_station"];
        put?: never;
        post?: never;
        /**
         * Removes a station.
         * @description For its owner, and admins. Its batteries stay registered. A station with a booked battery can't be removed.
         */
        delete: operations["remove_station"];
        options?: never;
        head?: never;
        /**
         * Changes a station's name, location, status or message.
         * @description For its owner, and admins. A station that isn't `online` takes no bookings.
         */
        patch: operations["change_station"];
        trace?: never;
    };
    "/stations/{station_id}/batteries/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The batteries at a station.
         * @description For anybody.
         */
        get: operations["list_batteries_at_station"];
        /**
         * Adds batteries to a station, all of them or none.
         * @description For the owner of both, and admins. Idempotent. A collected battery comes back as `available`, or as `charging` below
         *     the ready charge.
         */
        put: operations["place_batteries"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/stations/{station_id}/batteries/{battery_id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Takes a battery out of a station.
         * @description For the owner of the station, and admins. The battery stays registered.
         */
        delete: operations["remove_battery"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/stations/{station_id}/history/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What happened at a station, newest first.
         * @description For its owner, and admins.
         */
        get: operations["station_history"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/stations/{station_id}/stats/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A station's statistics.
         * @description For the station's owner, and admins.
         */
        get: operations["station_statistics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/stats/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The statistics of the network, or of its stations in a box.
         * @description For admins.
         */
        get: operations["network_statistics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/stats/stations/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Each station's statistics beside the others'.
         * @description For admins.
         */
        get: operations["rank_stations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/user/holds/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Holds at the caller's stations, those that end next first; an admin reads those of the whole network.
         * @description For operators and admins. Who holds a battery is not told.
         */
        get: operations["list_holds"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/user/notifications/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The caller's inbox, oldest first.
         * @description For any user. Ids are gapless for a user: what a screen has heard live and what it reads here can be merged by id.
         */
        get: operations["read_inbox"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/user/notifications/{notification_id}/read/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Marks one notification as read. Reading twice keeps the first time.
         * @description For the user it was sent to.
         */
        post: operations["mark_notification_read"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/user/notifications/read/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Marks everything up to a notification as read. What was read before keeps its time.
         * @description For riders. What came later stays unread.
         */
        post: operations["mark_notifications_read_up_to"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/user/orders/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The caller's orders, newest first.
         * @description For riders, and admins, who may have orders too.
         */
        get: operations["list_orders"];
        put?: never;
        /**
         * Books a battery at a station for the caller.
         * @description For riders. Without `battery` it takes the one with the highest charge. The battery is held until `expires_at`. A
         *     request that may be sent twice carries an `Idempotency-Key`.
         */
        post: operations["place_order"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/user/orders/{order_id}/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One order.
         * @description For the rider it belongs to, and admins. Somebody else's order is a 404.
         */
        get: operations["read_order"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/user/orders/{order_id}/cancel/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancels an active order; its battery is available again.
         * @description For the rider it belongs to, and admins.
         */
        post: operations["cancel_order"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/user/orders/{order_id}/collect/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Notes that the rider has taken the battery out of the station.
         * @description For the rider it belongs to, and admins.
         */
        post: operations["collect_order"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/user/preferences/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How the caller wants to be told things.
         * @description For any user. What was never set is the default.
         */
        get: operations["read_preferences"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Changes what the request names, and nothing else.
         * @description For any user.
         */
        patch: operations["change_preferences"];
        trace?: never;
    };
    "/user/push-subscriptions/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sends the caller's notifications to a browser from now on.
         * @description For any user. A browser that subscribes again is known again by its endpoint.
         */
        post: operations["subscribe_push"];
        /**
         * Ends a subscription of the caller. What is not there has ended.
         * @description For any user.
         */
        delete: operations["unsubscribe_push"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description Who did it. */
        Actor: {
            /** @enum {string} */
            kind: "user";
            user_id: components["schemas"]["UserId"];
        } | {
            /** @enum {string} */
            kind: "time";
        } | {
            /** @enum {string} */
            kind: "database";
        };
        Arriving: {
            batteries: number[];
        };
        /** @description A battery as the API shows it. */
        Battery: {
            id: components["schemas"]["BatteryId"];
            model: string;
            owner_id: components["schemas"]["UserId"];
            serial_number: string;
            state: components["schemas"]["BatteryState"];
            /** Format: double */
            state_of_charge_percent: number;
            /** Format: double */
            state_of_health_percent: number;
            station_id?: components["schemas"]["StationId"] | null;
            /** Format: date-time */
            updated_at: string;
        };
        /**
         * Format: int64
         * @description A battery.
         */
        BatteryId: number;
        BatteryPatch: {
            state?: components["schemas"]["ServiceState"] | null;
            state_of_charge_percent?: components["schemas"]["Percent"] | null;
            state_of_health_percent?: components["schemas"]["Percent"] | null;
        };
        /** @enum {string} */
        BatteryState: "available" | "booked" | "charging" | "faulty" | "collected";
        /**
         * @description How long a bucket is, in UTC.
         * @enum {string}
         */
        Bucket: "hour" | "day" | "hour_of_week";
        /** @enum {string} */
        Feature: "Feature";
        /** @enum {string} */
        FeatureCollection: "FeatureCollection";
        /** @description What is wrong with one field of a request. */
        FieldError: {
            /** @description The path to the field, for example `batteries[3]`. */
            field: string;
            /** @description What is wrong with it. */
            message: string;
        };
        /** @description What riders did. */
        Figures: {
            /** Format: int64 */
            bookings: number;
            /** Format: int64 */
            cancellations: number;
            /** Format: int64 */
            collections: number;
            /** Format: int64 */
            expiries: number;
            /**
             * Format: double
             * @description How many batteries were held on average over the time.
             */
            mean_booked_batteries: number;
            /**
             * Format: double
             * @description From booking to collection; null when nothing was collected.
             */
            mean_seconds_to_collection?: number | null;
            /**
             * Format: double
             * @description That, of the batteries that are there now; null when there are none.
             */
            occupancy_percent?: number | null;
        };
        /** @description Where a station is. */
        Geometry: {
            /** @description Degrees east and north, WGS 84. */
            coordinates: number[];
            type: components["schemas"]["Point"];
        };
        /** @description The parts whose health can be read, as nginx names them: it alone knows all. */
        HealthParts: {
            /**
             * @description Their names.
             * @example [
             *       "inventory",
             *       "booking",
             *       "gateway-1"
             *     ]
             */
            parts: string[];
        };
        /** @description How a part does. */
        HealthReport: {
            /** @description Each dependency by its name: `ok`, or what is wrong with it. */
            dependencies: {
                [key: string]: string;
            };
            /**
             * @description Where a dependency with several nodes is led from, or read from: `host:port` of the node in use.
             * @example {
             *       "postgres": "10.0.0.2:5432"
             *     }
             */
            leaders: {
                [key: string]: string;
            };
            /**
             * @description `ready`; `degraded`: it serves, and something waits for a dependency; `unready`.
             * @example ready
             */
            status: string;
        };
        /** @description A battery that is held for a rider. */
        Hold: {
            battery_id: components["schemas"]["BatteryId"];
            /** Format: date-time */
            booked_at: string;
            /** Format: date-time */
            expires_at: string;
            station_id: components["schemas"]["StationId"];
        };
        /** @description An hour of the week, in UTC. */
        HourOfWeek: {
            /** Format: int32 */
            hour: number;
            /**
             * Format: int32
             * @description 1 is Monday, 7 is Sunday.
             */
            weekday: number;
        };
        /** @description A page of the inbox. */
        Inbox: {
            items: components["schemas"]["Notification"][];
            /** @description What to send as `after` for the next page; `null` on the last. */
            next?: string | null;
            /**
             * Format: int64
             * @description How many notifications are unread in the whole inbox.
             */
            unread: number;
        };
        /** @description What riders did in an hour or a day, or in the same hour of each week. */
        Interval: components["schemas"]["When"] & components["schemas"]["Figures"];
        /**
         * Format: double
         * @description Degrees north, WGS 84.
         */
        Latitude: number;
        /** @enum {string} */
        Level: "info" | "success" | "warning" | "error";
        /** @description A line of the history. */
        Line: {
            /** @description What was done, for example `battery_booked`. */
            action: string;
            actor: components["schemas"]["Actor"];
            /** Format: date-time */
            at: string;
            battery_id?: components["schemas"]["BatteryId"] | null;
            /** @description The fields that changed, as `[before, after]`. */
            changes: unknown;
            /** Format: int64 */
            id: number;
        };
        /** @description A station in a list; with its distance when it was looked for near a location. */
        Listed: components["schemas"]["Station"] & {
            /** Format: double */
            distance_km?: number | null;
        };
        /** @enum {string} */
        Locale: "en" | "de" | "am";
        /**
         * Format: double
         * @description Degrees east, WGS 84.
         */
        Longitude: number;
        NewBatteries: components["schemas"]["NewBattery"] | components["schemas"]["NewBattery"][];
        NewBattery: {
            model: string;
            serial_number: string;
            state_of_charge_percent?: components["schemas"]["Percent"] | null;
            state_of_health_percent?: components["schemas"]["Percent"] | null;
        };
        NewNotification: {
            level: components["schemas"]["Level"];
            message: string;
            title: string;
            user_id: components["schemas"]["UserId"];
        };
        NewOrder: {
            battery?: components["schemas"]["BatteryId"] | null;
            station: components["schemas"]["StationId"];
        };
        NewStation: {
            latitude: components["schemas"]["Latitude"];
            longitude: components["schemas"]["Longitude"];
            name: string;
        };
        /** @description A message in the inbox. `id` is the `notification_id` of the live message. */
        Notification: {
            booking_id?: components["schemas"]["OrderId"] | null;
            /** Format: date-time */
            created_at: string;
            /** Format: uuid */
            event_id: string;
            id: components["schemas"]["NotificationId"];
            level: components["schemas"]["Level"];
            /** @description The text, in the same language, with times in the time zone that the user had chosen. */
            message: string;
            /** Format: date-time */
            read_at?: string | null;
            /** @description One line, in the language that the user had chosen when it was written. */
            title: string;
            type: string;
        };
        /**
         * Format: int64
         * @description A message to one rider: 1, 2, 3 … per rider, without gaps.
         */
        NotificationId: number;
        /** @description An order as the API shows it. */
        Order: {
            battery: components["schemas"]["OrderBattery"];
            /** Format: date-time */
            booked_at: string;
            /** Format: date-time */
            cancelled_at?: string | null;
            /** Format: date-time */
            collected_at?: string | null;
            /** Format: date-time */
            expires_at: string;
            id: components["schemas"]["OrderId"];
            station: components["schemas"]["OrderStation"];
            status: components["schemas"]["OrderStatus"];
        };
        OrderBattery: {
            id: components["schemas"]["BatteryId"];
            model: string;
            serial_number: string;
            /** Format: double */
            state_of_charge_percent: number;
        };
        /**
         * Format: int64
         * @description An order; messages call it `booking_id`.
         */
        OrderId: number;
        OrderStation: {
            id: components["schemas"]["StationId"];
            name: string;
        };
        /** @enum {string} */
        OrderStatus: "booked" | "collected" | "cancelled" | "expired";
        /** @description A page of a list. */
        Page_Battery: {
            /** @description The items. */
            items: {
                id: components["schemas"]["BatteryId"];
                model: string;
                owner_id: components["schemas"]["UserId"];
                serial_number: string;
                state: components["schemas"]["BatteryState"];
                /** Format: double */
                state_of_charge_percent: number;
                /** Format: double */
                state_of_health_percent: number;
                station_id?: components["schemas"]["StationId"] | null;
                /** Format: date-time */
                updated_at: string;
            }[];
            /** @description What to send as `after` for the next page; `null` on the last. */
            next?: string | null;
        };
        /** @description A page of a list. */
        Page_Hold: {
            /** @description The items. */
            items: {
                battery_id: components["schemas"]["BatteryId"];
                /** Format: date-time */
                booked_at: string;
                /** Format: date-time */
                expires_at: string;
                station_id: components["schemas"]["StationId"];
            }[];
            /** @description What to send as `after` for the next page; `null` on the last. */
            next?: string | null;
        };
        /** @description A page of a list. */
        Page_Line: {
            /** @description The items. */
            items: {
                /** @description What was done, for example `battery_booked`. */
                action: string;
                actor: components["schemas"]["Actor"];
                /** Format: date-time */
                at: string;
                battery_id?: components["schemas"]["BatteryId"] | null;
                /** @description The fields that changed, as `[before, after]`. */
                changes: unknown;
                /** Format: int64 */
                id: number;
            }[];
            /** @description What to send as `after` for the next page; `null` on the last. */
            next?: string | null;
        };
        /** @description A page of a list. */
        Page_Listed: {
            /** @description The items. */
            items: (components["schemas"]["Station"] & {
                /** Format: double */
                distance_km?: number | null;
            })[];
            /** @description What to send as `after` for the next page; `null` on the last. */
            next?: string | null;
        };
        /** @description A page of a list. */
        Page_Order: {
            /** @description The items. */
            items: {
                battery: components["schemas"]["OrderBattery"];
                /** Format: date-time */
                booked_at: string;
                /** Format: date-time */
                cancelled_at?: string | null;
                /** Format: date-time */
                collected_at?: string | null;
                /** Format: date-time */
                expires_at: string;
                id: components["schemas"]["OrderId"];
                station: components["schemas"]["OrderStation"];
                status: components["schemas"]["OrderStatus"];
            }[];
            /** @description What to send as `after` for the next page; `null` on the last. */
            next?: string | null;
        };
        /**
         * Format: double
         * @description 0–100.
         */
        Percent: number;
        Placed: {
            added: components["schemas"]["BatteryId"][];
            already_here: components["schemas"]["BatteryId"][];
        };
        /** @enum {string} */
        Point: "Point";
        /** @description How a user wants to be told things. */
        Preferences: {
            /** @description The language that messages are written in: the chosen one, else that of the token, else English. */
            locale: components["schemas"]["Locale"];
            /** @description Which kinds of messages are pushed to the user's browsers. */
            push: {
                [key: string]: boolean;
            };
            /** @description The IANA name of the time zone by whose clock messages name times. */
            time_zone: string;
        };
        PreferencesPatch: {
            locale?: components["schemas"]["Locale"] | null;
            /** @description The kinds to push from now on (`true`) or no more (`false`). */
            push?: components["schemas"]["PushChange"];
            /** @description The time zone of messages from now on: an IANA name, for example `Africa/Addis_Ababa`. */
            time_zone?: string | null;
        };
        /** @description An error answer (RFC 9457). */
        Problem: {
            /** @description The stable name that programs compare, for example `battery-unavailable`. */
            code: string;
            /** @description What happened this time. */
            detail: string;
            /** @description Of a 422: what is wrong with which field. */
            errors?: components["schemas"]["FieldError"][];
            /**
             * Format: int32
             * @description The HTTP status.
             */
            status: number;
            /** @description The same for everybody who meets this code. */
            title: string;
            /** @description `/problems/<code>`. */
            type: string;
        };
        /** @description A struct and not a map, so that an answer can say which kind is unknown. */
        PushChange: {
            booking_cancelled?: boolean | null;
            booking_collected?: boolean | null;
            booking_confirmed?: boolean | null;
            booking_expired?: boolean | null;
            booking_expiring?: boolean | null;
            booking_ready?: boolean | null;
            notification?: boolean | null;
        };
        /** @description The key by which push services know us. */
        PushKey: {
            /** @description For the `applicationServerKey` of a subscription: a point of P-256 in base64url. */
            key: string;
        };
        PushKeys: {
            /** @description Its secret: 16 bytes in base64url. */
            auth: string;
            /** @description The browser's public key: a point of P-256 in base64url. */
            p256dh: string;
        };
        /** @description A subscription as a browser's `PushSubscription` writes itself. */
        PushSubscription: {
            /** @description An https address on the internet. */
            endpoint: string;
            /**
             * Format: double
             * @description When the browser expects it to end. Push services say when it has.
             */
            expirationTime?: number | null;
            keys: components["schemas"]["PushKeys"];
        };
        PushUnsubscription: {
            /** @description That of the subscription. */
            endpoint: string;
        };
        /** @description What riders did at a station. */
        RankedStation: components["schemas"]["Figures"] & {
            station: components["schemas"]["StationPlace"];
        };
        /** @description Stations and what riders did at them in a range of time. */
        Ranking: {
            /** Format: date-time */
            from: string;
            items: components["schemas"]["RankedStation"][];
            /** @description What to send as `after` for the next page, with this `from` and `to`; `null` on the last. */
            next?: string | null;
            /** Format: date-time */
            to: string;
        };
        ReadMark: {
            /** @description The last notification that was read; it need not be there. */
            up_to: components["schemas"]["NotificationId"];
        };
        /** @description What was registered: as it was sent, one or many. */
        Registered: components["schemas"]["Battery"] | {
            items: components["schemas"]["Battery"][];
        };
        /**
         * @description The states that an owner may set; booked and collected are a rider's doing.
         * @enum {string}
         */
        ServiceState: "available" | "charging" | "faulty";
        /** @description A station as the API shows it. */
        Station: {
            /** Format: int64 */
            available_batteries: number;
            /** Format: int64 */
            booked_batteries: number;
            id: components["schemas"]["StationId"];
            /** Format: double */
            latitude: number;
            /** Format: double */
            longitude: number;
            name: string;
            status: components["schemas"]["StationStatus"];
            status_message: string;
            /** Format: int64 */
            total_batteries: number;
            /** Format: int64 */
            unavailable_batteries: number;
            /** Format: date-time */
            updated_at: string;
        };
        /** @description A station as GeoJSON. */
        StationFeature: {
            geometry: components["schemas"]["Geometry"];
            id: components["schemas"]["StationId"];
            properties: components["schemas"]["Listed"];
            type: components["schemas"]["Feature"];
        };
        /** @description Stations as GeoJSON. `next` is a foreign member: what to send as `after` for the next page. */
        StationFeatures: {
            features: components["schemas"]["StationFeature"][];
            next?: string | null;
            type: components["schemas"]["FeatureCollection"];
        };
        /**
         * Format: int64
         * @description A station.
         */
        StationId: number;
        StationPatch: {
            latitude?: components["schemas"]["Latitude"] | null;
            longitude?: components["schemas"]["Longitude"] | null;
            name?: string | null;
            status?: components["schemas"]["StationStatus"] | null;
            /** @description What an operator says about the status. */
            status_message?: string | null;
        };
        /** @description Which station and where. */
        StationPlace: {
            id: components["schemas"]["StationId"];
            /** Format: double */
            latitude: number;
            /** Format: double */
            longitude: number;
            name: string;
        };
        /** @enum {string} */
        StationStatus: "online" | "offline" | "maintenance";
        /** @description What riders did in a range of time. */
        Statistics: {
            bucket: components["schemas"]["Bucket"];
            /** Format: date-time */
            from: string;
            /**
             * @description One for each hour or day that the range touches, the first and the last only as far as it does; or one for each
             *     hour of the week, with means over those hours that the range touches.
             */
            items: components["schemas"]["Interval"][];
            /** Format: date-time */
            to: string;
            /** @description The same over the whole range. */
            total: components["schemas"]["Figures"];
        };
        /**
         * Format: int64
         * @description Whoever a token speaks for: the JWT `sub`.
         */
        UserId: number;
        When: {
            /** Format: date-time */
            start: string;
        } | components["schemas"]["HourOfWeek"];
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    list_own_batteries: {
        parameters: {
            query?: {
                /** @description `next` of the page before. */
                after?: string;
                /** @description How many at most. */
                limit?: number;
                /** @description What is printed on the battery, exactly. */
                serial_number?: string;
                state?: components["schemas"]["BatteryState"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of batteries. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": 7,
                     *           "model": "LFP 48V 20Ah",
                     *           "owner_id": 5,
                     *           "serial_number": "SW-7F3A-0001",
                     *           "state": "collected",
                     *           "state_of_charge_percent": 96.5,
                     *           "state_of_health_percent": 99,
                     *           "station_id": null,
                     *           "updated_at": "2026-03-02T08:15:31.964356Z"
                     *         }
                     *       ],
                     *       "next": "7"
                     *     }
                     */
                    "application/json": components["schemas"]["Page_Battery"];
                };
            };
            /** @description The request is not valid HTTP, or its body is no JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No valid token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token's role may not do this, or the thing is somebody else's. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `errors` says what is wrong with which field. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many writes, or too many reads without a token; `Retry-After` says when to try again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A defect of ours; the request id finds it. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something that the service needs is away; `Retry-After` says when to try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    register_batteries: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example [
                 *       {
                 *         "model": "LFP 48V 20Ah",
                 *         "serial_number": "SW-7F3A-0001",
                 *         "state_of_charge_percent": 96.5,
                 *         "state_of_health_percent": 99
                 *       },
                 *       {
                 *         "model": "LFP 48V 20Ah",
                 *         "serial_number": "SW-7F3A-0002",
                 *         "state_of_charge_percent": 41
                 *       }
                 *     ]
                 */
                "application/json": components["schemas"]["NewBatteries"];
            };
        };
        responses: {
            /** @description The battery; for a list, `items` in the same order. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": 7,
                     *           "model": "LFP 48V 20Ah",
                     *           "owner_id": 5,
                     *           "serial_number": "SW-7F3A-0001",
                     *           "state": "available",
                     *           "state_of_charge_percent": 96.5,
                     *           "state_of_health_percent": 99,
                     *           "station_id": null,
                     *           "updated_at": "2026-03-02T08:15:39.068460Z"
                     *         },
                     *         {
                     *           "id": 8,
                     *           "model": "LFP 48V 20Ah",
                     *           "owner_id": 5,
                     *           "serial_number": "SW-7F3A-0002",
                     *           "state": "available",
                     *           "state_of_charge_percent": 41,
                     *           "state_of_health_percent": 100,
                     *           "station_id": null,
                     *           "updated_at": "2026-03-02T08:15:39.068460Z"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Registered"];
                };
            };
            /** @description The request is not valid HTTP, or its body is no JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No valid token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token's role may not do this, or the thing is somebody else's. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `serial-number-taken`, `battery-quota-reached` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body must be JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `errors` says what is wrong with which field. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many writes, or too many reads without a token; `Retry-After` says when to try again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A defect of ours; the request id finds it. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something that the service needs is away; `Retry-After` says when to try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_battery: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                battery_id: components["schemas"]["BatteryId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The battery. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": 7,
                     *       "model": "LFP 48V 20Ah",
                     *       "owner_id": 5,
                     *       "serial_number": "SW-7F3A-0001",
                     *       "state": "available",
                     *       "state_of_charge_percent": 96.5,
                     *       "state_of_health_percent": 99,
                     *       "station_id": 3,
                     *       "updated_at": "2026-03-02T08:15:39.076067Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Battery"];
                };
            };
            /** @description The request is not valid HTTP, or its body is no JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No valid token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token's role may not do this, or the thing is somebody else's. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `battery-not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `errors` says what is wrong with which field. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many writes, or too many reads without a token; `Retry-After` says when to try again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A defect of ours; the request id finds it. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something that the service needs is away; `Retry-After` says when to try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_battery: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                battery_id: components["schemas"]["BatteryId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "state": "charging",
                 *       "state_of_charge_percent": 62
                 *     }
                 */
                "application/json": components["schemas"]["BatteryPatch"];
            };
        };
        responses: {
            /** @description The battery after the change. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": 8,
                     *       "model": "LFP 48V 20Ah",
                     *       "owner_id": 5,
                     *       "serial_number": "SW-7F3A-0002",
                     *       "state": "charging",
                     *       "state_of_charge_percent": 62,
                     *       "state_of_health_percent": 100,
                     *       "station_id": 3,
                     *       "updated_at": "2026-03-02T08:15:39.124918Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Battery"];
                };
            };
            /** @description The request is not valid HTTP, or its body is no JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No valid token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token's role may not do this, or the thing is somebody else's. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `battery-not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `battery-booked`, `battery-collected` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body must be JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `errors` says what is wrong with which field. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many writes, or too many reads without a token; `Retry-After` says when to try again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A defect of ours; the request id finds it. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something that the service needs is away; `Retry-After` says when to try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_parts: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The names. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "parts": [
                     *         "inventory",
                     *         "booking",
                     *         "gateway-1"
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["HealthParts"];
                };
            };
            /** @description The request is not valid HTTP, or its body is no JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many writes, or too many reads without a token; `Retry-After` says when to try again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A defect of ours; the request id finds it. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something that the service needs is away; `Retry-After` says when to try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_part: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description One of `GET /health/parts/`.
                 * @example inventory
                 */
                part: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The report of the part. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "dependencies": {
                     *         "battery_ready_relay": "ok",
                     *         "postgres": "ok",
                     *         "rabbitmq": "ok",
                     *         "relay": "ok"
                     *       },
                     *       "leaders": {
                     *         "postgres": "127.0.0.1:5480",
                     *         "rabbitmq": "127.0.0.1:5680"
                     *       },
                     *       "status": "ready"
                     *     }
                     */
                    "application/json": components["schemas"]["HealthReport"];
                };
            };
            /** @description The request is not valid HTTP, or its body is no JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No valid token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token's role may not do this, or the thing is somebody else's. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-found`: there is no such part. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `errors` says what is wrong with which field. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many writes, or too many reads without a token; `Retry-After` says when to try again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A defect of ours; the request id finds it. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something that the service needs is away; `Retry-After` says when to try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    send_notification: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "level": "info",
                 *       "message": "Bole Road 12 is closed on Sunday.",
                 *       "title": "Closed on Sunday",
                 *       "user_id": 42
                 *     }
                 */
                "application/json": components["schemas"]["NewNotification"];
            };
        };
        responses: {
            /** @description The message as it stands in the inbox. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "booking_id": null,
                     *       "created_at": "2026-03-02T08:15:39.225472Z",
                     *       "event_id": "1ca6d286-43b6-4208-9ec3-5cdacb15963d",
                     *       "id": 10,
                     *       "level": "info",
                     *       "message": "Bole Road 12 is closed on Sunday.",
                     *       "read_at": null,
                     *       "title": "Closed on Sunday",
                     *       "type": "notification"
                     *     }
                     */
                    "application/json": components["schemas"]["Notification"];
                };
            };
            /** @description The request is not valid HTTP, or its body is no JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No valid token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token's role may not do this, or the thing is somebody else's. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body must be JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `errors` says what is wrong with which field. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many writes, or too many reads without a token; `Retry-After` says when to try again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A defect of ours; the request id finds it. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something that the service needs is away; `Retry-After` says when to try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_push_key: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The key. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "key": "BFoB7BatN4-ePORIqVETeCDM4Ylf7mJ4j8zFaRH7nJlaSV3v4x-rcFygCBGPo_EO4x2t5h0NMyHyCf4v0rZvQhw"
                     *     }
                     */
                    "application/json": components["schemas"]["PushKey"];
                };
            };
            /** @description The request is not valid HTTP, or its body is no JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `push-off` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many writes, or too many reads without a token; `Retry-After` says when to try again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A defect of ours; the request id finds it. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something that the service needs is away; `Retry-After` says when to try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_stations: {
        parameters: {
            query?: {
                /** @description `next` of the page before. */
                after?: string;
                /** @description Only those that have a battery to book, or only those that have none. */
                available?: boolean;
                /**
                 * @description `min_lon,min_lat,max_lon,max_lat`; a west greater than the east crosses the 180th meridian.
                 * @example 13.3,52.4,13.5,52.6
                 */
                bbox?: string;
                /** @description How many at most. */
                limit?: number;
                /**
                 * @description `latitude,longitude`: nearest first, with `distance_km`; needs `radius_km`.
                 * @example 52.52,13.405
                 */
                near?: string;
                /** @description Only those that the caller owns: for operators and admins, with a token. */
                own?: boolean;
                /** @description How far around `near`. */
                radius_km?: number;
                status?: components["schemas"]["StationStatus"];
            };
            header?: {
                /** @description The `ETag` of what is known. */
                "If-None-Match"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of stations. */
            200: {
                headers: {
                    /** @description Names this state of the page in this form. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "features": [
                     *         {
                     *           "geometry": {
                     *             "coordinates": [
                     *               38.789,
                     *               8.9946
                     *             ],
                     *             "type": "Point"
                     *           },
                     *           "id": 3,
                     *           "properties": {
                     *             "available_batteries": 1,
                     *             "booked_batteries": 0,
                     *             "distance_km": 1.112957503351674,
                     *             "id": 3,
                     *             "latitude": 8.9946,
                     *             "longitude": 38.789,
                     *             "name": "Bole Road 12",
                     *             "status": "online",
                     *             "status_message": "",
                     *             "total_batteries": 1,
                     *             "unavailable_batteries": 0,
                     *             "updated_at": "2026-03-02T08:15:31.868445Z"
                     *           },
                     *           "type": "Feature"
                     *         }
                     *       ],
                     *       "next": "0.00017469093778939776_3",
                     *       "type": "FeatureCollection"
                     *     }
                     */
                    "application/geo+json": components["schemas"]["StationFeatures"];
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "available_batteries": 1,
                     *           "booked_batteries": 0,
                     *           "distance_km": 1.112957503351674,
                     *           "id": 3,
                     *           "latitude": 8.9946,
                     *           "longitude": 38.789,
                     *           "name": "Bole Road 12",
                     *           "status": "online",
                     *           "status_message": "",
                     *           "total_batteries": 1,
                     *           "unavailable_batteries": 0,
                     *           "updated_at": "2026-03-02T08:15:31.868445Z"
                     *         }
                     *       ],
                     *       "next": null
                     *     }
                     */
                    "application/json": components["schemas"]["Page_Listed"];
                };
            };
            /** @description It is what `If-None-Match` names. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request is not valid HTTP, or its body is no JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No valid token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token's role may not do this, or the thing is somebody else's. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `errors` says what is wrong with which field. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many writes, or too many reads without a token; `Retry-After` says when to try again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A defect of ours; the request id finds it. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something that the service needs is away; `Retry-After` says when to try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_station: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "latitude": 8.9946,
                 *       "longitude": 38.789,
                 *       "name": "Bole Road 12"
                 *     }
                 */
                "application/json": components["schemas"]["NewStation"];
            };
        };
        responses: {
            /** @description The station. */
            201: {
                headers: {
                    /** @description Where it is */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "available_batteries": 0,
                     *       "booked_batteries": 0,
                     *       "id": 3,
                     *       "latitude": 8.9946,
                     *       "longitude": 38.789,
                     *       "name": "Bole Road 12",
                     *       "status": "online",
                     *       "status_message": "",
                     *       "total_batteries": 0,
                     *       "unavailable_batteries": 0,
                     *       "updated_at": "2026-03-02T08:15:39.042556Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Station"];
                };
            };
            /** @description The request is not valid HTTP, or its body is no JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No valid token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token's role may not do this, or the thing is somebody else's. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `station-quota-reached` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body must be JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `errors` says what is wrong with which field. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many writes, or too many reads without a token; `Retry-After` says when to try again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A defect of ours; the request id finds it. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something that the service needs is away; `Retry-After` says when to try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_station: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of what is known. */
                "If-None-Match"?: string | null;
            };
            path: {
                station_id: components["schemas"]["StationId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The station. */
            200: {
                headers: {
                    /** @description Names this state of it in this form. */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "geometry": {
                     *         "coordinates": [
                     *           38.789,
                     *           8.9946
                     *         ],
                     *         "type": "Point"
                     *       },
                     *       "id": 3,
                     *       "properties": {
                     *         "available_batteries": 1,
                     *         "booked_batteries": 0,
                     *         "id": 3,
                     *         "latitude": 8.9946,
                     *         "longitude": 38.789,
                     *         "name": "Bole Road 12",
                     *         "status": "online",
                     *         "status_message": "",
                     *         "total_batteries": 2,
                     *         "unavailable_batteries": 1,
                     *         "updated_at": "2026-03-02T08:15:39.100953Z"
                     *       },
                     *       "type": "Feature"
                     *     }
                     */
                    "application/geo+json": components["schemas"]["StationFeature"];
                    /**
                     * @example {
                     *       "available_batteries": 1,
                     *       "booked_batteries": 0,
                     *       "id": 3,
                     *       "latitude": 8.9946,
                     *       "longitude": 38.789,
                     *       "name": "Bole Road 12",
                     *       "status": "online",
                     *       "status_message": "",
                     *       "total_batteries": 2,
                     *       "unavailable_batteries": 1,
                     *       "updated_at": "2026-03-02T08:15:39.100953Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Station"];
                };
            };
            /** @description It is what `If-None-Match` names. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request is not valid HTTP, or its body is no JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `station-not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `errors` says what is wrong with which field. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many writes, or too many reads without a token; `Retry-After` says when to try again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A defect of ours; the request id finds it. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something that the service needs is away; `Retry-After` says when to try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    remove_station: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                station_id: components["schemas"]["StationId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request is not valid HTTP, or its body is no JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No valid token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token's role may not do this, or the thing is somebody else's. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `station-not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `battery-booked` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `errors` says what is wrong with which field. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many writes, or too many reads without a token; `Retry-After` says when to try again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A defect of ours; the request id finds it. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something that the service needs is away; `Retry-After` says when to try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_station: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                station_id: components["schemas"]["StationId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "status": "maintenance",
                 *       "status_message": "Back at noon"
                 *     }
                 */
                "application/json": components["schemas"]["StationPatch"];
            };
        };
        responses: {
            /** @description The station after the change. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "available_batteries": 2,
                     *       "booked_batteries": 0,
                     *       "id": 3,
                     *       "latitude": 8.9946,
                     *       "longitude": 38.789,
                     *       "name": "Bole Road 12",
                     *       "status": "maintenance",
                     *       "status_message": "Back at noon",
                     *       "total_batteries": 2,
                     *       "unavailable_batteries": 0,
                     *       "updated_at": "2026-03-02T08:15:39.082445Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Station"];
                };
            };
            /** @description The request is not valid HTTP, or its body is no JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No valid token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token's role may not do this, or the thing is somebody else's. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `station-not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body must be JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `errors` says what is wrong with which field. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many writes, or too many reads without a token; `Retry-After` says when to try again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A defect of ours; the request id finds it. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something that the service needs is away; `Retry-After` says when to try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_batteries_at_station: {
        parameters: {
            query?: {
                /** @description `next` of the page before. */
                after?: string;
                /** @description How many at most. */
                limit?: number;
                /** @description What is printed on the battery, exactly. */
                serial_number?: string;
                state?: components["schemas"]["BatteryState"];
            };
            header?: never;
            path: {
                station_id: components["schemas"]["StationId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of batteries. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": 7,
                     *           "model": "LFP 48V 20Ah",
                     *           "owner_id": 5,
                     *           "serial_number": "SW-7F3A-0001",
                     *           "state": "available",
                     *           "state_of_charge_percent": 96.5,
                     *           "state_of_health_percent": 99,
                     *           "station_id": 3,
                     *           "updated_at": "2026-03-02T08:15:39.076067Z"
                     *         },
                     *         {
                     *           "id": 8,
                     *           "model": "LFP 48V 20Ah",
                     *           "owner_id": 5,
                     *           "serial_number": "SW-7F3A-0002",
                     *           "state": "charging",
                     *           "state_of_charge_percent": 62,
                     *           "state_of_health_percent": 100,
                     *           "station_id": 3,
                     *           "updated_at": "2026-03-02T08:15:39.124918Z"
                     *         }
                     *       ],
                     *       "next": null
                     *     }
                     */
                    "application/json": components["schemas"]["Page_Battery"];
                };
            };
            /** @description The request is not valid HTTP, or its body is no JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `station-not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `errors` says what is wrong with which field. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many writes, or too many reads without a token; `Retry-After` says when to try again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A defect of ours; the request id finds it. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something that the service needs is away; `Retry-After` says when to try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    place_batteries: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                station_id: components["schemas"]["StationId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "batteries": [
                 *         7,
                 *         8
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["Arriving"];
            };
        };
        responses: {
            /** @description Which were added, and which were there already. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "added": [
                     *         7,
                     *         8
                     *       ],
                     *       "already_here": []
                     *     }
                     */
                    "application/json": components["schemas"]["Placed"];
                };
            };
            /** @description The request is not valid HTTP, or its body is no JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No valid token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token's role may not do this, or the thing is somebody else's. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `station-not-found`, `battery-not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `battery-elsewhere` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body must be JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `errors` says what is wrong with which field. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many writes, or too many reads without a token; `Retry-After` says when to try again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A defect of ours; the request id finds it. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something that the service needs is away; `Retry-After` says when to try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    remove_battery: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                battery_id: components["schemas"]["BatteryId"];
                station_id: components["schemas"]["StationId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is out of the station. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request is not valid HTTP, or its body is no JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No valid token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token's role may not do this, or the thing is somebody else's. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `station-not-found`, `battery-not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `battery-booked` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `errors` says what is wrong with which field. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many writes, or too many reads without a token; `Retry-After` says when to try again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A defect of ours; the request id finds it. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something that the service needs is away; `Retry-After` says when to try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    station_history: {
        parameters: {
            query?: {
                /** @description `next` of the page before. */
                after?: string;
                /** @description How many at most. */
                limit?: number;
            };
            header?: never;
            path: {
                station_id: components["schemas"]["StationId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of the history. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "action": "battery_released",
                     *           "actor": {
                     *             "kind": "user",
                     *             "user_id": 42
                     *           },
                     *           "at": "2026-03-02T08:15:39.213223Z",
                     *           "battery_id": 8,
                     *           "changes": {},
                     *           "id": 1042
                     *         },
                     *         {
                     *           "action": "battery_booked",
                     *           "actor": {
                     *             "kind": "user",
                     *             "user_id": 42
                     *           },
                     *           "at": "2026-03-02T08:15:39.197468Z",
                     *           "battery_id": 8,
                     *           "changes": {},
                     *           "id": 1041
                     *         },
                     *         {
                     *           "action": "battery_changed",
                     *           "actor": {
                     *             "kind": "user",
                     *             "user_id": 5
                     *           },
                     *           "at": "2026-03-02T08:15:39.182600Z",
                     *           "battery_id": 8,
                     *           "changes": {
                     *             "state": [
                     *               "charging",
                     *               "available"
                     *             ]
                     *           },
                     *           "id": 1040
                     *         }
                     *       ],
                     *       "next": "1772439339182600_1040"
                     *     }
                     */
                    "application/json": components["schemas"]["Page_Line"];
                };
            };
            /** @description The request is not valid HTTP, or its body is no JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No valid token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token's role may not do this, or the thing is somebody else's. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `station-not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `errors` says what is wrong with which field. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many writes, or too many reads without a token; `Retry-After` says when to try again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A defect of ours; the request id finds it. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something that the service needs is away; `Retry-After` says when to try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    station_statistics: {
        parameters: {
            query?: {
                bucket?: "hour" | "day" | "hour_of_week";
                /**
                 * @description Where it begins. By default a day before `to`, or thirty days with `bucket=day`, or four weeks with
                 *     `bucket=hour_of_week`. Where older history is not kept, the answer begins later.
                 */
                from?: string;
                /** @description Where it ends, at most now, which is the default. */
                to?: string;
            };
            header?: never;
            path: {
                station_id: components["schemas"]["StationId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Figures for each interval. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "bucket": "day",
                     *       "from": "2026-01-31T08:15:39.440445Z",
                     *       "items": [
                     *         {
                     *           "bookings": 0,
                     *           "cancellations": 0,
                     *           "collections": 0,
                     *           "expiries": 0,
                     *           "mean_booked_batteries": 0,
                     *           "mean_seconds_to_collection": null,
                     *           "occupancy_percent": 0,
                     *           "start": "2026-01-31T00:00:00.000000Z"
                     *         },
                     *         {
                     *           "bookings": 42,
                     *           "cancellations": 3,
                     *           "collections": 38,
                     *           "expiries": 1,
                     *           "mean_booked_batteries": 1.3,
                     *           "mean_seconds_to_collection": 912.4,
                     *           "occupancy_percent": 65,
                     *           "start": "2026-02-01T00:00:00.000000Z"
                     *         }
                     *       ],
                     *       "to": "2026-03-02T08:15:39.440445Z",
                     *       "total": {
                     *         "bookings": 42,
                     *         "cancellations": 3,
                     *         "collections": 38,
                     *         "expiries": 1,
                     *         "mean_booked_batteries": 0.04,
                     *         "mean_seconds_to_collection": 912.4,
                     *         "occupancy_percent": 2.2
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Statistics"];
                };
            };
            /** @description The request is not valid HTTP, or its body is no JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No valid token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token's role may not do this, or the thing is somebody else's. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `station-not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `errors` says what is wrong with which field. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many writes, or too many reads without a token; `Retry-After` says when to try again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A defect of ours; the request id finds it. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something that the service needs is away; `Retry-After` says when to try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    network_statistics: {
        parameters: {
            query?: {
                /**
                 * @description Only of stations inside `min_lon,min_lat,max_lon,max_lat`; a west greater than the east crosses the
                 *     180th meridian.
                 * @example 13.3,52.4,13.5,52.6
                 */
                bbox?: string;
                bucket?: "hour" | "day" | "hour_of_week";
                /**
                 * @description Where it begins. By default a day before `to`, or thirty days with `bucket=day`, or four weeks with
                 *     `bucket=hour_of_week`. Where older history is not kept, the answer begins later.
                 */
                from?: string;
                /** @description Where it ends, at most now, which is the default. */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Figures for each interval. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "bucket": "day",
                     *       "from": "2026-01-31T08:15:39.446740Z",
                     *       "items": [
                     *         {
                     *           "bookings": 0,
                     *           "cancellations": 0,
                     *           "collections": 0,
                     *           "expiries": 0,
                     *           "mean_booked_batteries": 0,
                     *           "mean_seconds_to_collection": null,
                     *           "occupancy_percent": 0,
                     *           "start": "2026-01-31T00:00:00.000000Z"
                     *         },
                     *         {
                     *           "bookings": 42,
                     *           "cancellations": 3,
                     *           "collections": 38,
                     *           "expiries": 1,
                     *           "mean_booked_batteries": 1.3,
                     *           "mean_seconds_to_collection": 912.4,
                     *           "occupancy_percent": 65,
                     *           "start": "2026-02-01T00:00:00.000000Z"
                     *         }
                     *       ],
                     *       "to": "2026-03-02T08:15:39.446740Z",
                     *       "total": {
                     *         "bookings": 42,
                     *         "cancellations": 3,
                     *         "collections": 38,
                     *         "expiries": 1,
                     *         "mean_booked_batteries": 0.04,
                     *         "mean_seconds_to_collection": 912.4,
                     *         "occupancy_percent": 2.2
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Statistics"];
                };
            };
            /** @description The request is not valid HTTP, or its body is no JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No valid token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token's role may not do this, or the thing is somebody else's. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `errors` says what is wrong with which field. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many writes, or too many reads without a token; `Retry-After` says when to try again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A defect of ours; the request id finds it. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something that the service needs is away; `Retry-After` says when to try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rank_stations: {
        parameters: {
            query?: {
                /** @description `next` of the page before, with its `from` and `to`. */
                after?: string;
                /**
                 * @description Only stations inside `min_lon,min_lat,max_lon,max_lat`; a west greater than the east crosses the
                 *     180th meridian.
                 * @example 13.3,52.4,13.5,52.6
                 */
                bbox?: string;
                /**
                 * @description Where the range begins. By default thirty days before `to`. Where older history is not kept, the answer begins
                 *     later.
                 */
                from?: string;
                /** @description How many at most. */
                limit?: number;
                order?: "asc" | "desc";
                sort?: "bookings" | "collections" | "cancellations" | "expiries" | "occupancy" | "time_to_collection";
                /** @description Where it ends, at most now, which is the default. */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of stations with their figures. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "from": "2026-01-31T08:15:39.484275Z",
                     *       "items": [
                     *         {
                     *           "bookings": 42,
                     *           "cancellations": 3,
                     *           "collections": 38,
                     *           "expiries": 1,
                     *           "mean_booked_batteries": 1.3,
                     *           "mean_seconds_to_collection": 912.4,
                     *           "occupancy_percent": 65,
                     *           "station": {
                     *             "id": 3,
                     *             "latitude": 8.9946,
                     *             "longitude": 38.789,
                     *             "name": "Bole Road 12"
                     *           }
                     *         }
                     *       ],
                     *       "next": null,
                     *       "to": "2026-03-02T08:15:39.484275Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Ranking"];
                };
            };
            /** @description The request is not valid HTTP, or its body is no JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No valid token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token's role may not do this, or the thing is somebody else's. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `errors` says what is wrong with which field. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many writes, or too many reads without a token; `Retry-After` says when to try again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A defect of ours; the request id finds it. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something that the service needs is away; `Retry-After` says when to try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_holds: {
        parameters: {
            query?: {
                /** @description `next` of the page before. */
                after?: string;
                /** @description Only those that end before this time. */
                expires_before?: string;
                /** @description How many at most. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of holds. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "battery_id": 7,
                     *           "booked_at": "2026-03-02T08:15:39.149676Z",
                     *           "expires_at": "2026-03-03T08:15:39.149676Z",
                     *           "station_id": 3
                     *         }
                     *       ],
                     *       "next": null
                     *     }
                     */
                    "application/json": components["schemas"]["Page_Hold"];
                };
            };
            /** @description The request is not valid HTTP, or its body is no JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No valid token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token's role may not do this, or the thing is somebody else's. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `errors` says what is wrong with which field. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many writes, or too many reads without a token; `Retry-After` says when to try again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A defect of ours; the request id finds it. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something that the service needs is away; `Retry-After` says when to try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_inbox: {
        parameters: {
            query?: {
                /** @description The id of the last notification that is known. */
                after?: string;
                /** @description How many at most. */
                limit?: number;
                /** @description Only those that are unread. */
                unread?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of notifications. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "booking_id": 1,
                     *           "created_at": "2026-03-02T08:15:31.925668Z",
                     *           "event_id": "9cabb74d-5f67-46d0-a766-0ca45452eaac",
                     *           "id": 1,
                     *           "level": "success",
                     *           "message": "A battery is yours at Bole Road 12 until 2026-03-03 08:15 UTC.",
                     *           "read_at": null,
                     *           "title": "Booking confirmed",
                     *           "type": "booking_confirmed"
                     *         },
                     *         {
                     *           "booking_id": 1,
                     *           "created_at": "2026-03-02T08:15:31.969429Z",
                     *           "event_id": "e585c171-5d14-4c9f-b83a-8fb60246c19d",
                     *           "id": 2,
                     *           "level": "success",
                     *           "message": "You have collected your battery at Bole Road 12.",
                     *           "read_at": null,
                     *           "title": "Battery collected",
                     *           "type": "booking_collected"
                     *         }
                     *       ],
                     *       "next": "2",
                     *       "unread": 10
                     *     }
                     */
                    "application/json": components["schemas"]["Inbox"];
                };
            };
            /** @description The request is not valid HTTP, or its body is no JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No valid token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token's role may not do this, or the thing is somebody else's. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `errors` says what is wrong with which field. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many writes, or too many reads without a token; `Retry-After` says when to try again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A defect of ours; the request id finds it. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something that the service needs is away; `Retry-After` says when to try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    mark_notification_read: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                notification_id: components["schemas"]["NotificationId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The notification, with the time at which it was read. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "booking_id": null,
                     *       "created_at": "2026-03-02T08:15:39.225472Z",
                     *       "event_id": "1ca6d286-43b6-4208-9ec3-5cdacb15963d",
                     *       "id": 10,
                     *       "level": "info",
                     *       "message": "Bole Road 12 is closed on Sunday.",
                     *       "read_at": "2026-03-02T08:15:39.240833Z",
                     *       "title": "Closed on Sunday",
                     *       "type": "notification"
                     *     }
                     */
                    "application/json": components["schemas"]["Notification"];
                };
            };
            /** @description The request is not valid HTTP, or its body is no JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No valid token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token's role may not do this, or the thing is somebody else's. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `notification-not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `errors` says what is wrong with which field. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many writes, or too many reads without a token; `Retry-After` says when to try again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A defect of ours; the request id finds it. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something that the service needs is away; `Retry-After` says when to try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    mark_notifications_read_up_to: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "up_to": 10
                 *     }
                 */
                "application/json": components["schemas"]["ReadMark"];
            };
        };
        responses: {
            /** @description All of them are read. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request is not valid HTTP, or its body is no JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No valid token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token's role may not do this, or the thing is somebody else's. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body must be JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `errors` says what is wrong with which field. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many writes, or too many reads without a token; `Retry-After` says when to try again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A defect of ours; the request id finds it. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something that the service needs is away; `Retry-After` says when to try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_orders: {
        parameters: {
            query?: {
                /** @description `next` of the page before. */
                after?: string;
                /** @description How many at most. */
                limit?: number;
                status?: components["schemas"]["OrderStatus"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of orders. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "battery": {
                     *             "id": 7,
                     *             "model": "LFP 48V 20Ah",
                     *             "serial_number": "SW-7F3A-0001",
                     *             "state_of_charge_percent": 96.5
                     *           },
                     *           "booked_at": "2026-03-02T08:15:39.149676Z",
                     *           "cancelled_at": null,
                     *           "collected_at": null,
                     *           "expires_at": "2026-03-03T08:15:39.149676Z",
                     *           "id": 3,
                     *           "station": {
                     *             "id": 3,
                     *             "name": "Bole Road 12"
                     *           },
                     *           "status": "booked"
                     *         }
                     *       ],
                     *       "next": null
                     *     }
                     */
                    "application/json": components["schemas"]["Page_Order"];
                };
            };
            /** @description The request is not valid HTTP, or its body is no JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No valid token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token's role may not do this, or the thing is somebody else's. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `errors` says what is wrong with which field. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many writes, or too many reads without a token; `Retry-After` says when to try again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A defect of ours; the request id finds it. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something that the service needs is away; `Retry-After` says when to try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    place_order: {
        parameters: {
            query?: never;
            header?: {
                /** @description Asked again with the same key and body, the first answer is repeated for a day */
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "battery": 7,
                 *       "station": 3
                 *     }
                 */
                "application/json": components["schemas"]["NewOrder"];
            };
        };
        responses: {
            /** @description The order. */
            201: {
                headers: {
                    /** @description `true` on an answer that was given before */
                    "Idempotent-Replayed"?: string;
                    /** @description Where the order is */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "battery": {
                     *         "id": 7,
                     *         "model": "LFP 48V 20Ah",
                     *         "serial_number": "SW-7F3A-0001",
                     *         "state_of_charge_percent": 96.5
                     *       },
                     *       "booked_at": "2026-03-02T08:15:39.149676Z",
                     *       "cancelled_at": null,
                     *       "collected_at": null,
                     *       "expires_at": "2026-03-03T08:15:39.149676Z",
                     *       "id": 3,
                     *       "station": {
                     *         "id": 3,
                     *         "name": "Bole Road 12"
                     *       },
                     *       "status": "booked"
                     *     }
                     */
                    "application/json": components["schemas"]["Order"];
                };
            };
            /** @description The request is not valid HTTP, or its body is no JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No valid token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token's role may not do this, or the thing is somebody else's. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `station-not-found`, `battery-not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `battery-unavailable`, `station-empty`, `station-closed`, `order-limit-reached`, `idempotency-key-in-flight` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body must be JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `errors` says what is wrong with which field. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many writes, or too many reads without a token; `Retry-After` says when to try again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A defect of ours; the request id finds it. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something that the service needs is away; `Retry-After` says when to try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_order: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                order_id: components["schemas"]["OrderId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The order. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "battery": {
                     *         "id": 7,
                     *         "model": "LFP 48V 20Ah",
                     *         "serial_number": "SW-7F3A-0001",
                     *         "state_of_charge_percent": 96.5
                     *       },
                     *       "booked_at": "2026-03-02T08:15:39.149676Z",
                     *       "cancelled_at": null,
                     *       "collected_at": null,
                     *       "expires_at": "2026-03-03T08:15:39.149676Z",
                     *       "id": 3,
                     *       "station": {
                     *         "id": 3,
                     *         "name": "Bole Road 12"
                     *       },
                     *       "status": "booked"
                     *     }
                     */
                    "application/json": components["schemas"]["Order"];
                };
            };
            /** @description The request is not valid HTTP, or its body is no JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No valid token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token's role may not do this, or the thing is somebody else's. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `order-not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `errors` says what is wrong with which field. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many writes, or too many reads without a token; `Retry-After` says when to try again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A defect of ours; the request id finds it. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something that the service needs is away; `Retry-After` says when to try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancel_order: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                order_id: components["schemas"]["OrderId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The order, now `cancelled`. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "battery": {
                     *         "id": 8,
                     *         "model": "LFP 48V 20Ah",
                     *         "serial_number": "SW-7F3A-0002",
                     *         "state_of_charge_percent": 95
                     *       },
                     *       "booked_at": "2026-03-02T08:15:39.196419Z",
                     *       "cancelled_at": "2026-03-02T08:15:39.211760Z",
                     *       "collected_at": null,
                     *       "expires_at": "2026-03-03T08:15:39.196419Z",
                     *       "id": 4,
                     *       "station": {
                     *         "id": 3,
                     *         "name": "Bole Road 12"
                     *       },
                     *       "status": "cancelled"
                     *     }
                     */
                    "application/json": components["schemas"]["Order"];
                };
            };
            /** @description The request is not valid HTTP, or its body is no JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No valid token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token's role may not do this, or the thing is somebody else's. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `order-not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `order-not-active` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `errors` says what is wrong with which field. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many writes, or too many reads without a token; `Retry-After` says when to try again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A defect of ours; the request id finds it. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something that the service needs is away; `Retry-After` says when to try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    collect_order: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                order_id: components["schemas"]["OrderId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The order, now `collected`. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "battery": {
                     *         "id": 7,
                     *         "model": "LFP 48V 20Ah",
                     *         "serial_number": "SW-7F3A-0001",
                     *         "state_of_charge_percent": 96.5
                     *       },
                     *       "booked_at": "2026-03-02T08:15:39.149676Z",
                     *       "cancelled_at": null,
                     *       "collected_at": "2026-03-02T08:15:39.166286Z",
                     *       "expires_at": "2026-03-03T08:15:39.149676Z",
                     *       "id": 3,
                     *       "station": {
                     *         "id": 3,
                     *         "name": "Bole Road 12"
                     *       },
                     *       "status": "collected"
                     *     }
                     */
                    "application/json": components["schemas"]["Order"];
                };
            };
            /** @description The request is not valid HTTP, or its body is no JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No valid token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token's role may not do this, or the thing is somebody else's. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `order-not-found` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `order-not-active`; `battery-unavailable` when somebody has taken the battery out of service meanwhile */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `errors` says what is wrong with which field. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many writes, or too many reads without a token; `Retry-After` says when to try again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A defect of ours; the request id finds it. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something that the service needs is away; `Retry-After` says when to try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_preferences: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The preferences. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "locale": "de",
                     *       "push": {
                     *         "booking_cancelled": true,
                     *         "booking_collected": true,
                     *         "booking_confirmed": true,
                     *         "booking_expired": true,
                     *         "booking_expiring": false,
                     *         "booking_ready": true,
                     *         "notification": true
                     *       },
                     *       "time_zone": "Europe/Berlin"
                     *     }
                     */
                    "application/json": components["schemas"]["Preferences"];
                };
            };
            /** @description The request is not valid HTTP, or its body is no JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No valid token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token's role may not do this, or the thing is somebody else's. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many writes, or too many reads without a token; `Retry-After` says when to try again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A defect of ours; the request id finds it. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something that the service needs is away; `Retry-After` says when to try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_preferences: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "locale": "de",
                 *       "push": {
                 *         "booking_expiring": false
                 *       },
                 *       "time_zone": "Europe/Berlin"
                 *     }
                 */
                "application/json": components["schemas"]["PreferencesPatch"];
            };
        };
        responses: {
            /** @description The preferences after the change. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "locale": "de",
                     *       "push": {
                     *         "booking_cancelled": true,
                     *         "booking_collected": true,
                     *         "booking_confirmed": true,
                     *         "booking_expired": true,
                     *         "booking_expiring": false,
                     *         "booking_ready": true,
                     *         "notification": true
                     *       },
                     *       "time_zone": "Europe/Berlin"
                     *     }
                     */
                    "application/json": components["schemas"]["Preferences"];
                };
            };
            /** @description The request is not valid HTTP, or its body is no JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No valid token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token's role may not do this, or the thing is somebody else's. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body must be JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `errors` says what is wrong with which field. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many writes, or too many reads without a token; `Retry-After` says when to try again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A defect of ours; the request id finds it. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something that the service needs is away; `Retry-After` says when to try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    subscribe_push: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "endpoint": "https://push.example.net/send/dGhlLXN1YnNjcmlwdGlvbg",
                 *       "expirationTime": null,
                 *       "keys": {
                 *         "auth": "BTBZMqHH6r4Tts7J_aSIgg",
                 *         "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["PushSubscription"];
            };
        };
        responses: {
            /** @description The browser is subscribed. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request is not valid HTTP, or its body is no JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No valid token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token's role may not do this, or the thing is somebody else's. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `push-off` */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `push-subscription-limit-reached` */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body must be JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `errors` says what is wrong with which field. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many writes, or too many reads without a token; `Retry-After` says when to try again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A defect of ours; the request id finds it. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something that the service needs is away; `Retry-After` says when to try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    unsubscribe_push: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "endpoint": "https://push.example.net/send/dGhlLXN1YnNjcmlwdGlvbg"
                 *     }
                 */
                "application/json": components["schemas"]["PushUnsubscription"];
            };
        };
        responses: {
            /** @description It has ended. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The request is not valid HTTP, or its body is no JSON. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description No valid token. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The token's role may not do this, or the thing is somebody else's. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body took too long to arrive. */
            408: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The body must be JSON. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `errors` says what is wrong with which field. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Too many writes, or too many reads without a token; `Retry-After` says when to try again. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description A defect of ours; the request id finds it. */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Something that the service needs is away; `Retry-After` says when to try again. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
