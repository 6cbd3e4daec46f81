//! Slowing down when asked, and never going faster than allowed.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::future::join_all;
use tokio::time::Instant;
use trueup_exchange::{Event, Observer, Options};
use trueup_marketplace::{Arrival, ErrorKind, Pace, Retry, Wire};

use crate::support::{Reply, Server, Shop, failed, open, open_with, quick, read, write};

/// A server that answers so once, and well from then on.
async fn once(reply: Reply) -> Server {
    Server::scripted(move |_, nth| if nth == 0 { reply.clone() } else { Reply::ok() }).await
}

#[tokio::test]
async fn retry_after_is_kept_and_even_a_write_is_repeated() {
    let server = once(Reply::with_header(429, "retry-after: 1")).await;
    open(Shop::at(&server)).send(write(&server)).await.unwrap();
    let seen = server.seen("/write");
    assert_eq!(seen.len(), 2);
    assert!(seen[1].at - seen[0].at >= Duration::from_secs(1));
}

#[tokio::test]
async fn moment_given_by_a_server_with_another_clock_is_kept() {
    let until = "date: Wed, 21 Oct 2015 07:28:00 GMT\r\nretry-after: Wed, 21 Oct 2015 07:28:40 GMT";
    let server = once(Reply::with_header(429, until)).await;
    let (.., retry, _) = failed(&open(Shop::at(&server)), write(&server)).await;
    assert_eq!(retry, Retry::After(Duration::from_secs(40)));
}

#[tokio::test]
async fn moment_in_an_answer_without_a_date_is_read_against_our_clock() {
    let in_ten_minutes = std::time::SystemTime::now() + Duration::from_secs(600);
    let until = format!("retry-after: {}", httpdate::fmt_http_date(in_ten_minutes));
    let server = once(Reply::with_header(429, &until)).await;
    let (.., retry, _) = failed(&open(Shop::at(&server)), write(&server)).await;
    let Retry::After(rest) = retry else { panic!("{retry:?}") };
    assert!((590..=600).contains(&rest.as_secs()), "{rest:?}");
}

#[tokio::test]
async fn hint_of_the_marketplace_is_kept() {
    let server = once(Reply::with_header(200, "x-rest-ms: 120")).await;
    open(Shop::at(&server)).send(write(&server)).await.unwrap();
    let seen = server.seen("/write");
    assert_eq!(seen.len(), 2);
    assert!(seen[1].at - seen[0].at >= Duration::from_millis(120));
}

#[tokio::test]
async fn without_a_hint_it_backs_off_and_then_gives_up() {
    let server = Server::answering(Reply::status(429)).await;
    let (kind, arrival, retry, _) = failed(&open(Shop::at(&server)), write(&server)).await;
    assert_eq!((kind, arrival), (ErrorKind::Throttled, Arrival::NotApplied));
    assert_eq!(retry, Retry::Later);
    assert_eq!(server.count("/write"), 3);
}

#[tokio::test]
async fn rest_beyond_the_deadline_is_handed_to_the_caller() {
    let server = Server::answering(Reply::with_header(429, "retry-after: 60")).await;
    let began = Instant::now();
    let (kind, arrival, retry, _) = failed(&open(Shop::at(&server)), write(&server)).await;
    assert_eq!((kind, arrival), (ErrorKind::Throttled, Arrival::NotApplied));
    assert_eq!(retry, Retry::After(Duration::from_secs(60)));
    assert!(began.elapsed() < Duration::from_secs(4));
    assert_eq!(server.count("/write"), 1);
}

#[tokio::test]
async fn rest_is_kept_by_the_whole_channel() {
    let server = once(Reply::with_header(429, "retry-after: 7200")).await;
    let exchange = open(Shop::at(&server));
    let longest = Duration::from_secs(900);
    let (.., retry, _) = failed(&exchange, write(&server)).await;
    assert_eq!(retry, Retry::After(longest), "two hours are cut to a quarter");
    let (kind, arrival, retry, _) = failed(&exchange, read(&server)).await;
    assert_eq!((kind, arrival), (ErrorKind::Throttled, Arrival::NotApplied));
    assert!(matches!(retry, Retry::After(rest) if rest <= longest && rest > longest / 2));
    assert_eq!(server.count("/read"), 0);
}

#[tokio::test]
async fn turn_granted_before_the_rest_is_given_up() {
    let server = once(Reply::with_header(429, "x-rest-ms: 500")).await;
    let pace = Pace { requests: 5, per: Duration::from_secs(1), burst: 1 };
    let exchange = open(Shop { pace, ..Shop::at(&server) });
    // The second one already has its turn, 200 ms later, when the first one is told to rest.
    let (one, two) = tokio::join!(exchange.send(write(&server)), exchange.send(write(&server)));
    assert!(one.is_ok() && two.is_ok());
    let seen = server.seen("/write");
    assert_eq!(seen.len(), 3);
    assert!(seen[1].at - seen[0].at >= Duration::from_millis(500));
}

#[tokio::test]
async fn rest_of_one_channel_does_not_slow_another() {
    let server = once(Reply::with_header(429, "retry-after: 60")).await;
    failed(&open(Shop::at(&server)), write(&server)).await;
    open(Shop::at(&server)).send(write(&server)).await.unwrap();
}

#[tokio::test]
async fn unavailable_marketplace_is_left_alone_as_long_as_it_asks() {
    let server = once(Reply::with_header(503, "retry-after: 60")).await;
    let exchange = open(Shop::at(&server));
    let (_, arrival, ..) = failed(&exchange, write(&server)).await;
    assert_eq!(arrival, Arrival::Unknown);
    let (kind, arrival, ..) = failed(&exchange, write(&server)).await;
    assert_eq!((kind, arrival), (ErrorKind::Throttled, Arrival::NotApplied));
    assert_eq!(server.count("/write"), 1);
}

#[tokio::test]
async fn requests_that_waited_for_a_login_together_leave_at_the_pace() {
    let login = Reply::Delayed(Duration::from_millis(150), Box::new(Reply::token(0, 3_600)));
    let server = Server::start(move |seen, _| match seen.path.as_str() {
        "/token" => login.clone(),
        _ => Reply::ok(),
    })
    .await;
    let pace = Pace { requests: 5, per: Duration::from_millis(100), burst: 1 };
    let exchange = open(Shop { pace, ..Shop::at(&server) });
    let all = join_all((0..20).map(|_| exchange.send(write(&server)))).await;
    assert!(all.iter().all(Result::is_ok));
    let seen = server.seen("/write");
    // 19 intervals of 20 ms; the slack is for a first one that arrived late.
    assert!(seen[19].at - seen[0].at >= Duration::from_millis(330));
}

/// What was observed, in order.
#[derive(Debug, Default)]
struct Diary(Mutex<Vec<String>>);

impl Observer for Diary {
    fn observe(&self, event: Event) {
        let line = match event {
            Event::Attempt { verdict, .. } => verdict.to_owned(),
            Event::Repeat => "repeated".to_owned(),
            Event::Budget(left) => format!("{left} left"),
            other => format!("{other:?}"),
        };
        self.0.lock().unwrap().push(line);
    }
}

#[tokio::test]
async fn observer_hears_of_every_attempt_and_what_it_cost() {
    let server = once(Reply::with_header(429, "x-rest-ms: 5")).await;
    let diary = Arc::new(Diary::default());
    let observer = Some(Arc::clone(&diary) as Arc<dyn Observer>);
    let exchange = open_with(Shop::at(&server), Options { observer, ..quick() });
    exchange.send(write(&server).without_login()).await.unwrap();
    let seen = diary.0.lock().unwrap().clone();
    assert_eq!(seen, ["throttled", "repeated", "495 left", "500 left", "answered"]);
}

#[tokio::test]
async fn turn_beyond_the_deadline_is_not_waited_for() {
    let server = Server::answering(Reply::ok()).await;
    let pace = Pace { requests: 1, per: Duration::from_secs(60), burst: 1 };
    let exchange = open(Shop { pace, ..Shop::at(&server) });
    exchange.send(write(&server)).await.unwrap();
    let (kind, arrival, retry, _) = failed(&exchange, write(&server)).await;
    assert_eq!((kind, arrival), (ErrorKind::Throttled, Arrival::NotApplied));
    assert!(matches!(retry, Retry::After(wait) if wait > Duration::from_secs(50)));
    assert_eq!(server.count("/write"), 1);
}
