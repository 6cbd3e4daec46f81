//! `trueup demo`: the whole story in one go, with nothing but this program.

mod company;
mod market;
mod story;

pub use story::tell;
