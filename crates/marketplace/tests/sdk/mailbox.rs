//! The mailbox in memory keeps what every mailbox promises.

use trueup_marketplace::{BatchKey, Letter, Mailbox, MemoryMailbox, NoMailbox};

use crate::support::run;

fn key(text: &str) -> BatchKey {
    BatchKey(text.to_owned())
}

#[test]
fn messages_are_fetched_in_order_and_repeats_say_so() {
    let mailbox = MemoryMailbox::default();
    run(mailbox.post(&key("a"), "one".into())).unwrap();
    run(mailbox.post(&key("b"), "two".into())).unwrap();
    run(mailbox.post(&key("a"), "other".into())).unwrap();
    let first = run(mailbox.fetch()).unwrap().unwrap();
    assert_eq!((first.key, first.message, first.is_repeat), (key("a"), "one".into(), false));
    assert!(run(mailbox.fetch()).unwrap().unwrap().is_repeat);
    run(mailbox.reply(&key("a"), "done".into())).unwrap();
    run(mailbox.reply(&key("a"), "late".into())).unwrap();
    assert_eq!(run(mailbox.look(&key("a"))).unwrap(), Letter::Answered("done".into()));
    assert_eq!(run(mailbox.fetch()).unwrap().unwrap().key, key("b"));
}

#[test]
fn only_what_nobody_fetched_is_taken_back() {
    let mailbox = MemoryMailbox::default();
    run(mailbox.post(&key("a"), "one".into())).unwrap();
    assert_eq!(run(mailbox.look(&key("a"))).unwrap(), Letter::Waiting);
    assert!(run(mailbox.withdraw(&key("a"))).unwrap());
    assert_eq!(run(mailbox.look(&key("a"))).unwrap(), Letter::Absent);
    run(mailbox.post(&key("b"), "two".into())).unwrap();
    run(mailbox.fetch()).unwrap();
    assert!(!run(mailbox.withdraw(&key("b"))).unwrap());
    assert_eq!(run(mailbox.look(&key("b"))).unwrap(), Letter::Fetched);
}

#[test]
fn no_mailbox_takes_nothing() {
    assert!(run(NoMailbox.post(&key("a"), "one".into())).is_err());
    assert_eq!(run(NoMailbox.fetch()).unwrap(), None);
    assert!(!run(NoMailbox.withdraw(&key("a"))).unwrap());
}
