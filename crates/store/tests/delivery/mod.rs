//! What is told, on both databases.

mod cycle;
mod doubts;
mod guards;
mod history;
mod leaving;
mod marks;
mod speed;
mod takeover;
mod world;
