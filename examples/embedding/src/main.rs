//! trueup inside a program of one's own: `cargo run -p trueup-embedding -- FOLDER`.

#![expect(clippy::print_stdout, reason = "an example shows what it reads")]

use futures::TryStreamExt;
use trueup_host::{Host, HostError};
use trueup_wayfair as _; // links the connector, so that channel files may name it

#[tokio::main]
async fn main() -> Result<(), HostError> {
    let folder = std::env::args().nth(1).unwrap_or_else(|| ".".to_owned());
    let host = Host::builder().config_dir(folder).open().await?;

    let mut figures = std::pin::pin!(host.figures(&[]).await?);
    while let Some(product) = figures.try_next().await? {
        println!("{}: {:?} available", product.product_code, product.available);
    }

    tokio::select! {
        done = host.run() => done, // every schedule of every enabled channel
        _ = tokio::signal::ctrl_c() => { host.stop(); Ok(()) }
    }
}
