//! What people state, on both databases.

mod candidates;
mod concurrent;
mod doctor;
mod figures;
pub mod given;
mod imports;
mod marks;
mod open;
mod orders;
mod products;
mod selected;
mod speed;
mod stock;
