//! What the whole product must survive, each with a test on the real program, a real database and
//! real sockets.

mod alarm;
mod connecting;
mod corruption;
#[cfg(feature = "failpoints")]
mod crash;
mod daemon;
mod disk_full;
mod evidence;
mod faults;
mod five;
mod health;
mod held;
mod huge;
mod kills;
mod leaving;
mod main_job;
mod metrics;
mod northwind;
mod odd_input;
mod restarts;
mod restored;
#[cfg(feature = "failpoints")]
mod sleepwalkers;
mod two_runners;
mod web_connector;
mod zombies;
