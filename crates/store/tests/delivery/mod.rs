//! What is told, on both databases.

mod audit;
mod careless;
mod cycle;
mod doubts;
mod guards;
mod held;
mod history;
mod instance;
mod journal;
mod leaving;
mod left_out;
mod letters;
mod marks;
mod restored;
mod sight;
mod speed;
mod takeover;
mod tampering;
mod unresolved;
mod world;
mod writers;
