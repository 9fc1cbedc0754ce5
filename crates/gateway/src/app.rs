//! The gateway put together: hub, port, and the feed that runs beside the server.

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use actix_server::Server;
use chrono::Utc;
use metrics_exporter_prometheus::PrometheusHandle;
use service::health::Readiness;
use service::{Authenticator, server};
use tokio_util::sync::CancellationToken;

use crate::clients::{Retries, WorkerSetup};
use crate::context::Gateway;
use crate::feed::Feed;
use crate::http::{self, Workers};
use crate::hub::{FeedState, Hub, WorkerState};
use crate::metrics::{WORKER_BUSY, WORKER_LAG, WORKER_TURN_AGE};
use crate::settings::{GatewaySettings, Settings};

/// A worker thread without a turn for so long is stuck.
const STUCK: Duration = Duration::from_secs(10);
/// How often the threads' gauges are set.
const REPORT_EVERY: Duration = Duration::from_secs(1);

/// The gateway, bound and not yet running.
pub struct App {
    server: Server,
    address: SocketAddr,
    feed: Feed,
    settings: Arc<GatewaySettings>,
    /// Cancelled when clients are to be sent away.
    draining: CancellationToken,
    /// Cancelled when a worker thread has failed.
    failed: CancellationToken,
    gateway: Gateway,
    health: Health,
}

/// The state of the feed and the worker threads.
#[derive(Clone)]
struct Health {
    feed: Arc<FeedState>,
    workers: Arc<[Arc<WorkerState>]>,
    /// For how long the replay window serves without the broker.
    replay: Duration,
    draining: CancellationToken,
}

impl App {
    /// Binds the port and makes the parts. Nothing connects before [`App::run`].
    ///
    /// # Errors
    /// When a setting can't be used or the port is taken.
    pub fn build(settings: Settings, metrics: PrometheusHandle) -> anyhow::Result<Self> {
        let replay = settings.gateway.replay.limits();
        let (hub, inboxes) = Hub::new(settings.http.workers, replay.positions);
        let (draining, failed) = (CancellationToken::new(), CancellationToken::new());
        let workers: Arc<[Arc<WorkerState>]> = inboxes.iter().map(|_| Arc::default()).collect();
        let health = Health { feed: hub.state(), workers, replay: replay.age, draining: draining.clone() };
        let probe = Duration::from_secs(settings.gateway.probe_s);
        let feed = Feed::new(settings.broker, hub, replay.age, probe);
        let authenticator = Arc::new(Authenticator::new(&settings.auth)?);
        let readiness = authenticator.add_to(health.readiness());
        let gateway = Gateway::new(authenticator, settings.gateway);
        let count = u32::try_from(inboxes.len()).unwrap_or(u32::MAX);
        let setups =
            (0..count).zip(inboxes).zip(health.workers.iter()).map(|((index, inbox), state)| WorkerSetup {
                index,
                gateway: gateway.clone(),
                inbox,
                retries: Retries::new(index, count),
                state: Arc::clone(state),
                draining: draining.clone(),
                failed: failed.clone(),
            });
        let unread = gateway.settings.silence();
        let (server, address) = http::bind(&settings.http, Workers::new(setups), readiness, metrics, unread)?;
        let settings = Arc::clone(&gateway.settings);
        Ok(Self { server, address, feed, settings, draining, failed, gateway, health })
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves and reads the stream until `shutdown`; then it turns unready, sends its clients away one by
    /// one, and ends.
    ///
    /// # Errors
    /// When the server, the feed or a worker thread fails.
    pub async fn run(self, shutdown: CancellationToken) -> anyhow::Result<()> {
        tracing::info!(address = %self.address, "gateway is listening");
        let ended = CancellationToken::new();
        let mut feed = tokio::spawn(self.feed.run(ended.clone()));
        tokio::spawn(self.gateway.authenticator.keep_keys(ended.clone()));
        tokio::spawn(ended.clone().run_until_cancelled_owned(self.health.report()));
        let (draining, gateway, drain) = (self.draining, self.gateway, self.settings.drain());
        let drained = ended.clone();
        tokio::spawn(async move {
            shutdown.cancelled().await;
            draining.cancel();
            gateway.limits.until_empty(drain).await;
            drained.cancel();
        });
        let failed = async {
            self.failed.cancelled().await;
            // At the end of the process the threads' loops are dropped too.
            if ended.is_cancelled() {
                std::future::pending::<()>().await;
            }
        };
        let mut serving = pin!(server::run(self.server, ended.clone()));
        tokio::select! {
            served = &mut serving => {
                served?;
                feed.await?;
            }
            stopped = &mut feed => {
                // Without the feed the process would stay up and deliver nothing.
                anyhow::ensure!(ended.is_cancelled(), "the feed ended: {stopped:?}");
                serving.await?;
            }
            () = failed => anyhow::bail!("a worker thread has failed"),
        }
        Ok(())
    }
}

impl Health {
    fn readiness(&self) -> Readiness {
        let (live, feed, workers) = (self.clone(), self.clone(), self.clone());
        Readiness::default()
            .with("live", move || std::future::ready(live.check_live()))
            .with_deferrable("feed", move || std::future::ready(feed.check_feed()))
            .with("workers", move || std::future::ready(workers.check_workers()))
    }

    fn check_live(&self) -> Result<(), String> {
        let are_live = self.workers.iter().all(|worker| worker.live.load(Ordering::Acquire));
        if self.draining.is_cancelled() {
            return Err("this gateway is ending; its clients go elsewhere".into());
        }
        if !self.feed.is_live() || !are_live {
            return Err("not live: reading the stream or waiting for the broker".into());
        }
        match self.feed.stale_since() {
            Some(since) if (Utc::now() - since).to_std().is_ok_and(|stale| stale > self.replay) => {
                Err(format!("stale since {since}, for longer than the replay window"))
            }
            _ => Ok(()),
        }
    }

    /// The broker's node that is read from.
    fn check_feed(&self) -> Result<String, String> {
        match self.feed.stale_since() {
            Some(since) => Err(format!("stale: the broker is not heard since {since}; served from memory")),
            None => Ok(self.feed.node()),
        }
    }

    fn check_workers(&self) -> Result<(), String> {
        match self.workers.iter().position(|worker| worker.since_turn() > STUCK) {
            Some(stuck) => Err(format!("worker {stuck} is stuck")),
            None => Ok(()),
        }
    }

    /// Sets a gauge for each thread: one that is stuck can't do so itself.
    async fn report(self) {
        let mut reported = Instant::now();
        loop {
            tokio::time::sleep(REPORT_EVERY).await;
            self.set_gauges(reported.elapsed());
            reported = Instant::now();
        }
    }

    /// `elapsed` is the time since they were set last.
    fn set_gauges(&self, elapsed: Duration) {
        for (index, worker) in self.workers.iter().enumerate() {
            let name = index.to_string();
            let behind = self.feed.offset().saturating_sub(worker.offset.load(Ordering::Acquire));
            let behind = f64::from(u32::try_from(behind).unwrap_or(u32::MAX));
            WORKER_LAG.of([name.clone()]).set(behind);
            let age = worker.since_turn().as_secs_f64();
            WORKER_TURN_AGE.of([name.clone()]).set(age);
            WORKER_BUSY.of([name]).set(worker.take_busy().div_duration_f64(elapsed).min(1.0));
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use events::{Action, Decoded, EventId, InventoryUpdate};
    use metrics_exporter_prometheus::PrometheusBuilder;

    use super::*;
    use crate::hub::tests::state;

    /// A feed that has read up to this offset.
    fn feed(offset: u64) -> Arc<FeedState> {
        let (mut hub, _inboxes) = Hub::new(0, 1);
        let update = InventoryUpdate { station: state(1, 1), action: Action::Book };
        hub.take(offset, Decoded::Update(EventId::random(), Box::new(update)), &Bytes::new(), None);
        hub.state()
    }

    /// The gauge of each thread.
    fn gauges(health: &Health, name: &str) -> Vec<f64> {
        let recorder = PrometheusBuilder::new().build_recorder();
        metrics::with_local_recorder(&recorder, || health.set_gauges(Duration::from_secs(1)));
        let text = recorder.handle().render();
        let of = |index: usize| {
            let start = format!("{name}{{worker=\"{index}\"}} ");
            text.lines().find_map(|line| line.strip_prefix(&start)).unwrap().parse().unwrap()
        };
        (0..health.workers.len()).map(of).collect()
    }

    #[test]
    fn a_stuck_thread_is_seen_however_fast_the_others_are() {
        let silence = Duration::from_secs(60);
        let stuck = Arc::new(WorkerState::silent_for(silence));
        stuck.offset.store(10, Ordering::Release);
        let fast = || {
            let worker = WorkerState::silent_for(silence);
            worker.turn(Duration::from_millis(250));
            worker.offset.store(60, Ordering::Release);
            Arc::new(worker)
        };
        let health = Health {
            feed: feed(60),
            workers: [fast(), Arc::clone(&stuck), fast()].into(),
            replay: Duration::from_secs(300),
            draining: CancellationToken::new(),
        };
        assert_eq!(gauges(&health, "swapwire_worker_busy_ratio"), [0.25, 0.0, 0.25]);
        assert_eq!(gauges(&health, "swapwire_worker_lag_messages"), [0.0, 50.0, 0.0]);
        let ages = gauges(&health, "swapwire_worker_turn_age_seconds");
        assert!(ages[1] >= 60.0 && ages[0] < 60.0 && ages[2] < 60.0, "{ages:?}");
        assert_eq!(health.check_workers(), Err("worker 1 is stuck".into()));

        stuck.turn(Duration::from_secs(60));
        stuck.offset.store(60, Ordering::Release);
        assert_eq!(gauges(&health, "swapwire_worker_busy_ratio"), [0.0, 1.0, 0.0], "at most the whole time");
        assert_eq!(gauges(&health, "swapwire_worker_lag_messages"), [0.0; 3]);
        assert!(gauges(&health, "swapwire_worker_turn_age_seconds")[1] < 60.0);
        assert_eq!(health.check_workers(), Ok(()));
    }
}
