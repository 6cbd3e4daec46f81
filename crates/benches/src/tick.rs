//! One Differential's work on the database, without a marketplace.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use trueup_marketplace::FeedKind;
use trueup_stock::{
    Basis, Candidate, ChannelName, DemandProfile, Fields, Held, Pool, Rules, Source, Terms, Wanted,
    plan,
};
use trueup_store::{
    BatchOutcome, Cause, ChannelId, Claim, Claimable, FeedEnd, Lease, LeaseAnswer, LineOutcome,
    NewFeed, Products, Refresh, Waiting,
};

use crate::Company;
use crate::company::stock;

/// A channel on which every product of a company was told once.
#[derive(Debug)]
pub struct Tick<'a> {
    company: &'a Company,
    channel: ChannelId,
    terms: Terms,
}

/// How many products changed, and a number that makes each round's stock differ.
#[derive(Clone, Copy, Debug)]
pub struct Changed {
    /// Products.
    pub products: u64,
    /// The round.
    pub round: u64,
}

impl<'a> Tick<'a> {
    /// Opens a channel with every product, and tells them all.
    ///
    /// # Panics
    /// Where the database fails.
    pub async fn open(company: &'a Company) -> Self {
        let terms = Terms {
            pools: vec![Pool { remote: None, source: Source::Everywhere }],
            rules: Rules::default(),
            fields: Fields::default(),
            quantity_max: i64::from(i32::MAX),
        };
        let name: ChannelName = "bench".parse().expect("a channel name");
        let (store, now) = (&company.store, Timestamp::now());
        let settle = Duration::from_secs(60);
        let channel = store.register_channel(&name, "bench", "{}", settle, now).await;
        let channel = channel.expect("a channel");
        store.set_opt_in(&name, Products::All, true, now).await.expect("opted in");
        let tick = Self { company, channel, terms };
        assert_eq!(tick.run().await, company.size.products);
        tick
    }

    /// Changes the stock of so many products, spread over the catalogue.
    pub async fn change(&self, changed: Changed) {
        let step = (self.company.size.products / changed.products).max(1);
        let levels = (0..changed.products).map(|n| (n * step, 1_000 + changed.round));
        stock(&self.company.store, levels).await;
    }

    /// A Differential whose every line is accepted; how many lines it had.
    ///
    /// # Panics
    /// Where the database fails.
    pub async fn run(&self) -> u64 {
        let (store, now) = (&self.company.store, Timestamp::now());
        let lease = match store.lease(self.channel, "bench", Duration::from_secs(60), now).await {
            Ok(LeaseAnswer::Granted(lease)) => lease,
            other => panic!("no lease: {other:?}"),
        };
        let new =
            NewFeed { kind: FeedKind::Differential, basis: Basis::Real, cause: Cause::Command };
        let feed = store.open_feed(&lease, new, now).await.expect("a feed");
        self.refresh(&lease).await;
        let claim = Claim {
            waiting: Waiting::default(),
            limit: 500,
            selection: Claimable::Due,
            is_one_location: false,
            is_urgent: true,
            due_by: now,
            deadline: now.saturating_add(SignedDuration::from_secs(60)).expect("this century"),
        };
        let mut lines = 0;
        while let Some(batch) = store.claim(&lease, feed, &claim, now).await.expect("a claim") {
            lines += batch.lines.len() as u64;
            let outcome = BatchOutcome {
                default: LineOutcome::Accepted { is_confirmed: true },
                exceptions: BTreeMap::new(),
                handle: None,
                remote_ids: Vec::new(),
            };
            let settle = SignedDuration::from_secs(60);
            let recorded =
                store.record_outcome(&lease, &batch, &outcome, 0, &|_| now, settle, now).await;
            recorded.expect("recorded");
        }
        let closed = store.close_feed(&lease, feed, FeedEnd::Done, 0, None, None, now).await;
        closed.expect("closed");
        store.release(&lease).await.expect("released");
        lines
    }

    async fn refresh(&self, lease: &Lease) {
        let (store, profile) = (&self.company.store, DemandProfile::Documented);
        let planner = |candidate: &Candidate| -> Result<Vec<Wanted>, Held> {
            plan(candidate, &self.terms, Basis::Real)
        };
        let scope = Refresh::Dirty { limit: 500 };
        loop {
            let refreshed =
                store.refresh(lease, scope, profile, &planner, 0, Timestamp::now()).await;
            if refreshed.expect("refreshed").products == 0 {
                return;
            }
        }
    }
}
