//! Every fault at every request of a delivery, or at every call of a marketplace that polls.

use std::fmt;

use trueup_marketplace::{Batch, Contact};

use super::{expect_shown, expect_told, name};
use crate::bench::{Bench, Shelf};
use crate::channel::{Channel, Wish};
use crate::fate::{Fate, Told};
use crate::proxy::Proxy;
use crate::{Fault, PollFault};

/// Requests of a delivery that are tried at the most.
const REQUESTS_MAX: usize = 24;

/// What happened to a delivery with a fault in it.
struct Struck<B> {
    channel: Channel<B>,
    batch: Batch,
    before: Shelf,
    told: Told,
}

pub(crate) async fn no_false_claim<B: Bench>() -> Result<(), String> {
    each::<B>(async |struck| {
        let after = struck.channel.bench.shelf().await;
        judge::<B>(&struck.batch, &struck.told, &struck.before, &after)
    })
    .await
}

pub(crate) async fn overcome<B: Bench>() -> Result<(), String> {
    each::<B>(async |Struck { channel, batch, told, .. }| {
        channel.insist(batch.clone(), told).await?;
        expect_shown::<B>(&batch, &channel.bench.shelf().await)
    })
    .await
}

/// Goes through every fault at every request or call, of a first delivery and of a later one.
async fn each<B: Bench>(
    judge: impl AsyncFn(Struck<B>) -> Result<(), String>,
) -> Result<(), String> {
    let blows = blows(&Channel::<B>::open(1).await?);
    for is_first in [true, false] {
        for blow in &blows {
            for position in 0..REQUESTS_MAX {
                let Some(struck) = strike::<B>(*blow, position, is_first).await? else { break };
                let place = if is_first { "first" } else { "later" };
                let at = || format!("{blow} {position} of a {place} delivery");
                judge(struck).await.map_err(|why| format!("{}: {why}", at()))?;
            }
        }
    }
    Ok(())
}

/// A fault at a request of ours, or at a call of the marketplace.
#[derive(Clone, Copy)]
enum Blow {
    Request(Fault),
    Call(PollFault),
}

impl fmt::Display for Blow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Request(fault) => write!(f, "{fault:?} at request"),
            Self::Call(fault) => write!(f, "{fault:?} at call"),
        }
    }
}

/// What can befall this channel.
fn blows<B: Bench>(channel: &Channel<B>) -> Vec<Blow> {
    let polls = channel.capabilities.contact == Contact::TheyPoll;
    let requests = Fault::ALL.into_iter().filter(|_| channel.proxy.is_some()).map(Blow::Request);
    let calls = PollFault::ALL.into_iter().filter(|_| polls).map(Blow::Call);
    requests.chain(calls).collect()
}

/// Delivers a batch with a fault at one of its requests or calls; `None` where it has fewer.
async fn strike<B: Bench>(
    blow: Blow,
    position: usize,
    is_first: bool,
) -> Result<Option<Struck<B>>, String> {
    let channel = Channel::<B>::open(3).await?;
    if !is_first {
        let batch = channel.batch(channel.kind(), &wishes(&channel, 30));
        let told = channel.tell(&batch).await;
        expect_told(&batch, &told)?;
    }
    let before = channel.bench.shelf().await;
    let batch = channel.batch(channel.kind(), &wishes(&channel, 4));
    let (told, seen) = match blow {
        Blow::Request(fault) => strike_request(&channel, &batch, position, fault).await?,
        Blow::Call(fault) => {
            channel.switchboard.inject(position, fault);
            (channel.tell(&batch).await, channel.switchboard.seen())
        }
    };
    let is_struck = seen > position;
    Ok(is_struck.then_some(Struck { channel, batch, before, told }))
}

/// What is told of a batch with a fault at one of its requests, and how many there were.
async fn strike_request<B: Bench>(
    channel: &Channel<B>,
    batch: &Batch,
    position: usize,
    fault: Fault,
) -> Result<(Told, usize), String> {
    let proxy = channel.proxy.as_ref().ok_or("there is no proxy")?;
    proxy.inject(Some((position, fault)));
    let told = match fault {
        Fault::Cancelled => cancelled(channel, proxy, batch).await,
        _ => channel.tell(batch).await,
    };
    proxy.calm().await;
    let seen = proxy.seen().len();
    proxy.inject(None);
    Ok((told, seen))
}

pub(super) fn wishes<B: Bench>(channel: &Channel<B>, base: i64) -> Vec<Wish> {
    let most = channel.capabilities.lines_per_batch.0.map_or(3, std::num::NonZero::get);
    (0..most.min(3)).zip(base..).map(|(number, quantity)| (number, 0, quantity)).collect()
}

/// Drops the delivery when the request with the fault has arrived. What was dropped while it was
/// prepared has had no effect.
async fn cancelled<B: Bench>(channel: &Channel<B>, proxy: &Proxy, batch: &Batch) -> Told {
    let context = channel.context();
    let preparing = channel.marketplace.prepare(batch, &context);
    let prepared = tokio::select! {
        prepared = preparing => prepared,
        () = proxy.struck() => return Told::all(batch, &Fate::NotApplied("dropped".to_owned())),
    };
    let prepared = match prepared {
        Ok(prepared) => prepared,
        Err(error) => return Told::failed(batch, &error, None),
    };
    tokio::select! {
        told = channel.submit(batch, prepared.clone()) => told,
        () = proxy.struck() => {
            let keeps = channel.capabilities.effect.keeps_request();
            let told = Told::all(batch, &Fate::Unknown("dropped".to_owned()));
            Told { unresolved: keeps.then_some(prepared), ..told }
        }
    }
}

/// That nothing is claimed that the shelf does not show.
pub(super) fn judge<B: Bench>(
    batch: &Batch,
    told: &Told,
    before: &Shelf,
    after: &Shelf,
) -> Result<(), String> {
    for line in &batch.lines {
        let (was, shown) = (Channel::<B>::shown(before, line), Channel::<B>::shown(after, line));
        let (wanted, line) = (line.level.quantity, (name(line), told.fates.get(&line.key)));
        let is_honest = match line.1 {
            Some(Fate::Applied) => shown == wanted,
            Some(Fate::NotApplied(_)) => shown == was,
            Some(Fate::Submitted | Fate::Unknown(_)) => shown == was || shown == wanted,
            // A sound line is refused by nobody.
            Some(Fate::Rejected(_)) | None => false,
        };
        if !is_honest {
            return Err(format!(
                "{} is told to be {:?}; it showed {was}, {wanted} was sent, and it shows {shown}",
                line.0, line.1
            ));
        }
    }
    Ok(())
}
