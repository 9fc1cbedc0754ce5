//! Paths, matched whole and as they were sent: an encoded slash or letter is another path.

use events::StationId;

/// A channel as a path names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Path {
    Stations,
    Station(StationId),
    Notifications,
    /// A station whose id is no number.
    NoStation,
}

impl Path {
    /// Reads what follows `/ws` or `/sse`.
    fn parse(path: &str) -> Option<Self> {
        let path = path.strip_suffix('/').unwrap_or(path);
        match path {
            "/stations" => Some(Self::Stations),
            "/notifications" => Some(Self::Notifications),
            _ => {
                let id = path
                    .strip_prefix("/stations/")
                    .filter(|id| !id.is_empty() && !id.contains(['/', '%']))?;
                let digits = id.bytes().all(|byte| byte.is_ascii_digit());
                let id = id.parse().ok().filter(|_| digits);
                Some(id.map_or(Self::NoStation, |id| Self::Station(StationId(id))))
            }
        }
    }

    /// Reads a path below `/ws`.
    pub(super) fn of_websocket(path: &str) -> Option<Self> {
        path.strip_prefix("/ws").and_then(Self::parse)
    }

    /// Reads a path below `/sse`.
    pub(super) fn of_events(path: &str) -> Option<Self> {
        path.strip_prefix("/sse").and_then(Self::parse)
    }

    /// The route of a handshake in log and metrics.
    pub(super) fn route(path: &str) -> &'static str {
        match Self::of_websocket(path) {
            Some(Self::Stations) => "/ws/stations",
            Some(Self::Station(_)) => "/ws/stations/{station_id}",
            Some(Self::Notifications) => "/ws/notifications",
            Some(Self::NoStation) | None => "unmatched",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_name_channels() {
        assert_eq!(Path::route("/ws/stations/"), "/ws/stations");
        assert_eq!(Path::of_events("/sse/stations/7"), Some(Path::Station(StationId(7))));
        assert_eq!(Path::route("/ws/stations/7/"), "/ws/stations/{station_id}");
        assert_eq!(Path::route("/ws/notifications"), "/ws/notifications");
        assert_eq!(Path::of_websocket("/ws/stations/x"), Some(Path::NoStation));
    }

    #[test]
    fn what_is_written_otherwise_is_another_path() {
        for path in [
            "/ws",
            "/ws/",
            "/ws/stations//",
            "/ws//stations",
            "/ws/stations/7/8",
            "/ws%2fstations",
            "/ws/stations%2f7",
            "/ws/%73tations",
            "/WS/stations",
            "/ws/stations/%37",
        ] {
            assert_eq!(Path::of_websocket(path), None, "{path}");
        }
        assert_eq!(Path::of_websocket("/ws/stations/+7"), Some(Path::NoStation));
    }
}
