//! What buyers see.

use trueup_marketplace::{BatchScope, FeedKind, LineKey, TrueUp};

use super::{expect_same, expect_shown, expect_told};
use crate::bench::Bench;
use crate::channel::{Channel, Wish};
use crate::fate::Fate;

/// Some levels of the first items at every location, or at the first.
fn wishes(items: usize, places: usize, base: i64) -> Vec<Wish> {
    let at = |place| (0..items).map(move |number| (number, place));
    let all = (0..places).flat_map(at);
    all.zip(base..).map(|((number, place), quantity)| (number, place, quantity)).collect()
}

/// Fills the shelf by a True-Up of every item.
async fn fill<B: Bench>(channel: &Channel<B>, items: usize, base: i64) -> Result<(), String> {
    for wishes in portions(channel, wishes(items, channel.places(), base)) {
        let batch = channel.batch(FeedKind::TrueUp, &wishes);
        let told = channel.tell(&batch).await;
        expect_told(&batch, &told)?;
    }
    Ok(())
}

/// The lines of a True-Up as it travels: whole, or a batch at a time.
fn portions<B: Bench>(channel: &Channel<B>, wishes: Vec<Wish>) -> Vec<Vec<Wish>> {
    match (channel.capabilities.true_up, channel.capabilities.lines_per_batch.0) {
        (TrueUp::Whole(_), _) | (TrueUp::Chunked, None) => vec![wishes],
        (TrueUp::Chunked, Some(most)) => wishes.chunks(most.get()).map(<[Wish]>::to_vec).collect(),
    }
}

/// Lines that may share a differential batch.
fn mixed<B: Bench>(channel: &Channel<B>, items: usize, base: i64) -> Vec<Wish> {
    let places = match channel.capabilities.batch_scope {
        BatchScope::Mixed => channel.places(),
        BatchScope::OneLocation => 1,
    };
    let most = channel.capabilities.lines_per_batch.0.map_or(usize::MAX, std::num::NonZero::get);
    let mut wishes = wishes(items, places, base);
    wishes.truncate(most);
    wishes
}

pub(crate) async fn check_changes_nothing<B: Bench>() -> Result<(), String> {
    let channel = Channel::<B>::open(2).await?;
    let before = channel.bench.shelf().await;
    let checked = channel.marketplace.check(&channel.context()).await;
    let checked = checked.map_err(|error| format!("the check fails: {error}"))?;
    if checked.0.trim().is_empty() {
        return Err("the check says nothing".to_owned());
    }
    expect_same(&before, &channel.bench.shelf().await)
}

pub(crate) async fn differential<B: Bench>() -> Result<(), String> {
    let channel = Channel::<B>::open(6).await?;
    fill(&channel, 6, 40).await?;
    let before = channel.bench.shelf().await;
    let batch = channel.batch(FeedKind::Differential, &mixed(&channel, 3, 7));
    let told = channel.tell(&batch).await;
    expect_told(&batch, &told)?;
    let mut after = channel.bench.shelf().await;
    expect_shown::<B>(&batch, &after)?;
    for line in &batch.lines {
        let place = line.location.as_ref().map_or(String::new(), ToString::to_string);
        let key = (line.part_number.to_string(), place);
        after.insert(key.clone(), before.get(&key).copied().unwrap_or_default());
    }
    expect_same(&before, &after).map_err(|why| format!("a line that was not sent: {why}"))
}

pub(crate) async fn true_up<B: Bench>() -> Result<(), String> {
    let channel = Channel::<B>::open(6).await?;
    fill(&channel, 6, 40).await?;
    // Fewer items: those left out become 0 where the marketplace replaces, and stay otherwise.
    let kept = 4;
    for wishes in portions(&channel, wishes(kept, channel.places(), 7)) {
        let batch = channel.batch(FeedKind::TrueUp, &wishes);
        let told = channel.tell(&batch).await;
        expect_told(&batch, &told)?;
        expect_shown::<B>(&batch, &channel.bench.shelf().await)?;
    }
    let shelf = channel.bench.shelf().await;
    let is_whole = matches!(channel.capabilities.true_up, TrueUp::Whole(_));
    let omitted = wishes(6, channel.places(), 40).into_iter().filter(|wish| wish.0 >= kept);
    let omitted: Vec<Wish> =
        omitted.map(|(item, place, was)| (item, place, if is_whole { 0 } else { was })).collect();
    let batch = channel.batch(FeedKind::TrueUp, &omitted);
    expect_shown::<B>(&batch, &shelf).map_err(|why| format!("a line that was left out: {why}"))
}

pub(crate) async fn repetition<B: Bench>() -> Result<(), String> {
    let channel = Channel::<B>::open(4).await?;
    let mut shelves = Vec::new();
    for _ in 0..3 {
        let batch = channel.batch(channel.kind(), &mixed(&channel, 4, 11));
        let told = channel.tell(&batch).await;
        expect_told(&batch, &told)?;
        let shelf = channel.bench.shelf().await;
        expect_shown::<B>(&batch, &shelf)?;
        shelves.push(shelf);
    }
    shelves.windows(2).try_for_each(|pair| expect_same(&pair[0], &pair[1]))
}

pub(crate) async fn prepare_changes_nothing<B: Bench>() -> Result<(), String> {
    let channel = Channel::<B>::open(3).await?;
    let before = channel.bench.shelf().await;
    let batch = channel.batch(channel.kind(), &mixed(&channel, 3, 5));
    let prepared = channel.marketplace.prepare(&batch, &channel.context()).await;
    let _ = prepared.map_err(|error| format!("preparing fails: {error}"))?;
    expect_same(&before, &channel.bench.shelf().await)
}

pub(crate) async fn refused_lines<B: Bench>() -> Result<(), String> {
    let channel = Channel::<B>::open(5).await?;
    let mut batch = channel.batch(channel.kind(), &mixed(&channel, 5, 21));
    batch.lines.truncate(5);
    let position = batch.lines.len() / 2;
    let line = batch.lines.get_mut(position).ok_or("a batch of one line cannot show it")?;
    line.part_number = B::unknown_part().ok_or("the bench knows no unknown part")?;
    let refused = line.key;
    let told = channel.tell(&batch).await;
    match told.fates.get(&refused) {
        Some(Fate::Rejected(words)) if !words.trim().is_empty() => {}
        other => return Err(format!("the unknown part is told to be {other:?}")),
    }
    others_arrive(&channel, batch, refused, told).await
}

/// The rest may need another batch, where a refused line sinks all; it must not be blamed.
async fn others_arrive<B: Bench>(
    channel: &Channel<B>,
    mut batch: trueup_marketplace::Batch,
    refused: LineKey,
    mut told: crate::fate::Told,
) -> Result<(), String> {
    batch.lines.retain(|line| line.key != refused);
    told.fates.remove(&refused);
    if let Some((key, fate)) = told.fates.iter().find(|(_, fate)| matches!(fate, Fate::Rejected(_)))
    {
        return Err(format!("line {} is blamed as well: {fate:?}", key.0));
    }
    channel.insist(batch.clone(), told).await?;
    expect_shown::<B>(&batch, &channel.bench.shelf().await)
}

pub(crate) async fn dry_run<B: Bench>() -> Result<(), String> {
    let channel = Channel::<B>::open(3).await?;
    let before = channel.bench.shelf().await;
    let mut batch = channel.batch(FeedKind::TrueUp, &wishes(3, channel.places(), 9));
    batch.is_dry_run = true;
    let prepared = channel.marketplace.prepare(&batch, &channel.context()).await;
    let prepared = prepared.map_err(|error| format!("preparing fails: {error}"))?;
    let answer = channel.marketplace.submit(&batch, &prepared, &channel.context()).await;
    let _ = answer.map_err(|error| format!("the dry run fails: {error}"))?;
    expect_same(&before, &channel.bench.shelf().await)
}
