//! Senders that are stopped right before a request leaves, or right before a commit, and wake up
//! after somebody else went on: the worst moments there are.

use std::time::{Duration, Instant};

use trueup_tests::{CHANNEL, Started};
use trueup_wayfair_sandbox::Options;

use crate::zombies::Scene;

const PATIENCE: Duration = Duration::from_secs(90);
/// How long a lease is trusted without being renewed, and a little more.
const TRUST: Duration = Duration::from_secs(21);
/// How long PostgreSQL waits for somebody who is in a transaction and says nothing.
const SILENCE: Duration = Duration::from_secs(60);

/// A sender that stops itself at a failpoint.
async fn stopped_at(scene: &Scene, point: &str) -> Started {
    let sender = scene.shop.start_with(&["send", CHANNEL], &[("TRUEUP_STOP_AT", point)]);
    let deadline = Instant::now() + PATIENCE;
    while !sender.is_stopped() {
        assert!(Instant::now() < deadline, "{point} was not reached");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    sender
}

async fn ends_refused(mut zombie: Started) {
    zombie.resume();
    let ended = zombie.ends_within(PATIENCE).expect("it ends by itself");
    assert_eq!(ended.code(), Some(1), "it says that it lost the lease");
}

#[test]
fn a_sender_that_overslept_its_lease_sends_nothing() {
    trueup_testbed::on_postgres(|database| async move {
        let scene = Scene::open(&database, Options::default()).await;
        let zombie = stopped_at(&scene, "before_http").await;
        let slept = Instant::now();
        scene.stock_of_a(7).await;
        scene.books.outlive_the_dead().await;
        let _told = scene.shop.send("differential").await.success();
        scene.settles().await;
        let saves = scene.shop.sandbox.calls().saves;
        tokio::time::sleep(TRUST.saturating_sub(slept.elapsed())).await;
        ends_refused(zombie).await;
        assert_eq!(scene.shop.sandbox.calls().saves, saves, "it must not send");
        assert!(scene.is_settled().await);
        scene.believes(7).await;
    });
}

/// It wakes before its own clock tells it that the lease may be lost, so it sends an older number
/// after a newer one was acknowledged. That is what the deadline and the settle time are for.
#[test]
fn an_older_number_stands_no_longer_than_deadline_and_settle_time() {
    trueup_testbed::on_postgres(|database| async move {
        let scene = Scene::open(&database, Options::default()).await;
        let zombie = stopped_at(&scene, "before_http").await;
        scene.stock_of_a(7).await;
        // As if it had been stopped for all but the last three of its request's 120 seconds.
        let deadline = "(SELECT CAST(EXTRACT(EPOCH FROM now()) * 1000000 AS BIGINT) + 3000000)";
        scene.books.execute("UPDATE channel SET expires_at = 0").await;
        let sql = format!("UPDATE batch SET deadline = {deadline} WHERE finished_at IS NULL");
        scene.books.execute(&sql).await;
        let _told = scene.shop.send("differential").await.success();
        scene.believes(7).await;
        ends_refused(zombie).await;
        let woken = Instant::now();
        scene.believes(10).await;
        let status = scene.shop.status().await;
        assert_eq!(status["clean"], 0, "nobody calls it clean: {status:#}");
        assert_eq!(status["unresolved"], 3, "{status:#}");
        while scene.shop.on_hand("A") != Some(7) {
            assert!(woken.elapsed() < Duration::from_secs(10), "{:#}", scene.shop.status().await);
            let _told = scene.shop.send("differential").await;
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        scene.settles().await;
        scene.believes(7).await;
    });
}

#[test]
fn a_sender_stopped_in_a_transaction_holds_nobody_up_for_long() {
    trueup_testbed::on_postgres(|database| async move {
        let scene = Scene::open(&database, Options::default()).await;
        let zombie = stopped_at(&scene, "before_t2").await;
        scene.books.outlive_the_dead().await;
        let mut other = scene.shop.start(&["send", CHANNEL]);
        let ended = other.ends_within(SILENCE).expect("it does not wait for ever");
        assert!(ended.success(), "{ended}");
        ends_refused(zombie).await;
        scene.settles().await;
        scene.believes(10).await;
    });
}
