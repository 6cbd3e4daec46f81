//! Requests whose answer nobody heard.

use super::expect_same;
use super::faults::{judge, wishes};
use crate::bench::Bench;
use crate::channel::Channel;

/// Of one request that arrived and one that did not. By a key, the identical request may be sent
/// again; without keys the marketplace may only be asked, for a difference that is sent again is
/// applied twice.
pub(crate) async fn lost_answers<B: Bench>() -> Result<(), String> {
    for has_arrived in [true, false] {
        let request = if has_arrived { "a request that arrived" } else { "one that did not" };
        resolve::<B>(has_arrived).await.map_err(|why| format!("of {request}: {why}"))?;
    }
    Ok(())
}

async fn resolve<B: Bench>(has_arrived: bool) -> Result<(), String> {
    let channel = Channel::<B>::open(3).await?;
    let before = channel.bench.shelf().await;
    let batch = channel.batch(channel.kind(), &wishes(&channel, 5));
    let prepared = channel.marketplace.prepare(&batch, &channel.context()).await;
    let prepared = prepared.map_err(|error| format!("preparing fails: {error}"))?;
    if has_arrived {
        // Nobody hears what it says.
        let _ = channel.submit(&batch, prepared.clone()).await;
    }
    let left = channel.bench.shelf().await;
    let told = channel.resolve(&batch, prepared).await;
    let after = channel.bench.shelf().await;
    if !channel.knows_keys() {
        expect_same(&left, &after).map_err(|why| {
            format!("without keys `resolve` may only ask, as the default one does not: {why}")
        })?;
    }
    judge::<B>(&batch, &told, &before, &after)
}
