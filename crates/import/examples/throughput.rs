//! Reads an orders file and prints how fast that went: `throughput orders.csv [mapping.toml]`.
#![expect(clippy::print_stdout, reason = "printing is what it is for")]

use std::error::Error;
use std::path::PathBuf;
use std::time::Instant;

use trueup_import::{Mapping, read_orders};

fn main() -> Result<(), Box<dyn Error>> {
    let (mappings, files): (Vec<PathBuf>, Vec<PathBuf>) = std::env::args_os()
        .skip(1)
        .map(PathBuf::from)
        .partition(|path| path.extension().is_some_and(|extension| extension == "toml"));
    let mapping = mappings.first().map(Mapping::load).transpose()?;
    let started = Instant::now();
    let mut records = read_orders(&files, mapping.as_ref())?;
    let progress = records.progress();
    let (mut taken, mut rejected) = (0_u32, 0_u32);
    records.try_for_each(|item| {
        match item? {
            Ok(_) => taken += 1,
            Err(_) => rejected += 1,
        }
        Ok::<_, trueup_import::FileError>(())
    })?;
    let seconds = started.elapsed().as_secs_f64();
    let rate = f64::from(taken + rejected) / seconds;
    let bytes = progress.bytes_read();
    println!(
        "{taken} taken, {rejected} rejected, {bytes} bytes in {seconds:.2} s: {rate:.0} rows/s"
    );
    Ok(())
}
