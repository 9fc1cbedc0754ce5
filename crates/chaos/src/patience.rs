//! Waiting for what must happen. The machine may be busy, so the only time limit is the one after which a wait fails.

use std::time::Duration;

use anyhow::Context;

/// A wait fails after this.
pub const GIVE_UP: Duration = Duration::from_secs(180);

/// Asks again and again until the answer is yes.
///
/// # Errors
/// When it is not within [`GIVE_UP`].
pub async fn until<F: AsyncFnMut() -> bool>(what: &str, mut ask: F) -> anyhow::Result<()> {
    let asking = async {
        while !ask().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(GIVE_UP, asking).await.with_context(|| format!("given up after {GIVE_UP:?}: {what}"))
}
