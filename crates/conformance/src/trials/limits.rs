//! Sizes, and sameness.

use trueup_marketplace::{Arrival, Effect, FeedKind};

use super::{expect_shown, expect_told};
use crate::bench::Bench;
use crate::channel::{Channel, Wish};

fn levels(count: usize) -> Vec<Wish> {
    (0..count).zip(1..).map(|(number, quantity)| (number, 0, quantity)).collect()
}

/// The kind whose batches `lines_per_batch` bounds.
fn bounded<B: Bench>(channel: &Channel<B>) -> FeedKind {
    channel.kind()
}

pub(crate) async fn capabilities_are_sound<B: Bench>() -> Result<(), String> {
    let channel = Channel::<B>::open(1).await?;
    let can = &channel.capabilities;
    if *can != channel.marketplace.capabilities() {
        return Err("two readings of the capabilities differ".to_owned());
    }
    for (is_wrong, what) in [
        (can.quantity_max < 1, "the largest quantity is below 1"),
        (can.settle.is_zero(), "no time is left for a late request to take effect"),
        (can.pace.requests == 0 || can.pace.per.is_zero(), "the rate allows nothing"),
        (can.pace.burst == 0, "the burst allows nothing"),
        (
            can.effect == Effect::KeyedDifference && can.key_life.is_zero(),
            "a difference is applied once per key, and keys are known for no time",
        ),
    ] {
        if is_wrong {
            return Err(what.to_owned());
        }
    }
    Ok(())
}

/// Two channels to equal simulators send the same batch in the same bytes.
pub(crate) async fn same_bytes<B: Bench>() -> Result<(), String> {
    let mut passed = Vec::new();
    for _ in 0..2 {
        let channel = Channel::<B>::open(4).await?;
        let lines = channel.capabilities.lines_per_batch.0.map_or(4, std::num::NonZero::get).min(4);
        let batch = channel.batch(channel.kind(), &levels(lines));
        let prepared = channel.marketplace.prepare(&batch, &channel.context()).await;
        let prepared = prepared.map_err(|error| format!("preparing fails: {error}"))?;
        let again = channel.marketplace.prepare(&batch, &channel.context()).await;
        let again = again.map_err(|error| format!("preparing again fails: {error}"))?;
        if prepared != again {
            return Err("preparing the same batch again gives other bytes".to_owned());
        }
        let told = channel.submit(&batch, prepared.clone()).await;
        expect_told(&batch, &told)?;
        let seen = channel.proxy.as_ref().map(crate::proxy::Proxy::seen).unwrap_or_default();
        passed.push((prepared, seen));
    }
    match passed.first() == passed.last() {
        true => Ok(()),
        false => Err("two channels send the same batch in other requests".to_owned()),
    }
}

pub(crate) async fn full_batch<B: Bench>() -> Result<(), String> {
    let most = most::<B>().await?;
    let channel = Channel::<B>::open(most).await?;
    let batch = channel.batch(bounded(&channel), &levels(most));
    let told = channel.tell(&batch).await;
    expect_told(&batch, &told)?;
    expect_shown::<B>(&batch, &channel.bench.shelf().await)?;
    let seen = channel.proxy.as_ref().map(crate::proxy::Proxy::seen).unwrap_or_default();
    let longest = seen.iter().map(|request| request.body.len()).max().unwrap_or_default();
    match B::request_bytes_max() {
        Some(limit) if longest > limit => {
            Err(format!("a full batch has {longest} bytes, and the marketplace takes {limit}"))
        }
        Some(_) | None => Ok(()),
    }
}

pub(crate) async fn too_many_lines<B: Bench>() -> Result<(), String> {
    let most = most::<B>().await?;
    let channel = Channel::<B>::open(1).await?;
    let before = channel.proxy.as_ref().map_or(0, |proxy| proxy.seen().len());
    let batch = channel.batch(bounded(&channel), &levels(most + 1));
    match channel.marketplace.prepare(&batch, &channel.context()).await {
        Ok(_) => Err(format!("a batch of {} lines is prepared", most + 1)),
        Err(error) if error.arrival() == Arrival::Unknown => {
            Err(format!("the refusal leaves open whether it was applied: {error}"))
        }
        Err(_) => {
            let after = channel.proxy.as_ref().map_or(0, |proxy| proxy.seen().len());
            let is_silent = before == after;
            is_silent.then_some(()).ok_or_else(|| "something was sent".to_owned())
        }
    }
}

async fn most<B: Bench>() -> Result<usize, String> {
    let channel = Channel::<B>::open(1).await?;
    let most = channel.capabilities.lines_per_batch.0.ok_or("no limit is known")?;
    Ok(most.get())
}

pub(crate) async fn extreme_quantities<B: Bench>() -> Result<(), String> {
    let channel = Channel::<B>::open(1).await?;
    for quantity in [channel.capabilities.quantity_max, 0, 1, 0] {
        let batch = channel.batch(channel.kind(), &[(0, 0, quantity)]);
        let told = channel.tell(&batch).await;
        expect_told(&batch, &told).map_err(|why| format!("at {quantity}: {why}"))?;
        expect_shown::<B>(&batch, &channel.bench.shelf().await)?;
    }
    Ok(())
}
