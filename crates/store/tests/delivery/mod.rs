//! What is told, on both databases.

mod cycle;
mod doubts;
mod guards;
mod held;
mod history;
mod instance;
mod journal;
mod leaving;
mod letters;
mod marks;
mod sight;
mod restored;
mod speed;
mod takeover;
mod tampering;
mod unresolved;
mod world;
mod writers;
