#![doc = include_str!("../README.md")]

use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;

/// How long an address may be silent before the next one is tried beside it.
const STAGGER: Duration = Duration::from_millis(250);

/// What the first attempt that succeeds returns; attempts that are still under way are dropped.
///
/// # Errors
/// When all have failed: each error, in the order in which they came.
pub async fn first<C, T, E, Fut>(candidates: Vec<C>, attempt: impl Fn(C) -> Fut) -> Result<T, Vec<E>>
where
    Fut: Future<Output = Result<T, E>>,
{
    let mut waiting = candidates.into_iter().peekable();
    let mut running = FuturesUnordered::new();
    let mut errors = Vec::new();
    loop {
        match waiting.next() {
            Some(candidate) => running.push(attempt(candidate)),
            None if running.is_empty() => return Err(errors),
            None => {}
        }
        let is_last = waiting.peek().is_none();
        tokio::select! {
            Some(result) = running.next() => match result {
                Ok(found) => return Ok(found),
                Err(error) => errors.push(error),
            },
            () = tokio::time::sleep(STAGGER), if !is_last => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::{Instant, sleep};

    use super::*;

    /// What an address does, in milliseconds: answers after `Ok`, refuses after `Err`.
    async fn address(after: Result<u64, u64>) -> Result<u64, u64> {
        let (Ok(wait) | Err(wait)) = after;
        sleep(Duration::from_millis(wait)).await;
        after
    }

    const SILENT: Result<u64, u64> = Ok(60_000);

    async fn time_to(candidates: Vec<Result<u64, u64>>) -> (Result<u64, Vec<u64>>, u128) {
        let began = Instant::now();
        let result = first(candidates, address).await;
        (result, began.elapsed().as_millis())
    }

    #[tokio::test(start_paused = true)]
    async fn the_first_address_is_taken_although_a_later_one_is_faster() {
        assert_eq!(time_to(vec![Ok(200), Ok(1)]).await, (Ok(200), 200));
    }

    #[tokio::test(start_paused = true)]
    async fn a_refusal_leads_to_the_next_address_at_once() {
        assert_eq!(time_to(vec![Err(1), Err(2), Ok(3)]).await, (Ok(3), 6));
    }

    #[tokio::test(start_paused = true)]
    async fn a_silent_address_costs_a_quarter_of_a_second_and_not_its_time_out() {
        assert_eq!(time_to(vec![SILENT, SILENT, Ok(3)]).await, (Ok(3), 503));
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_address_may_still_win() {
        assert_eq!(time_to(vec![Ok(400), SILENT]).await, (Ok(400), 400));
    }

    #[tokio::test(start_paused = true)]
    async fn every_refusal_is_named_when_nobody_answers() {
        assert_eq!(time_to(vec![Err(300), Err(1), Err(2)]).await, (Err(vec![1, 2, 300]), 300));
        assert_eq!(time_to(vec![]).await, (Err(vec![]), 0));
    }
}
