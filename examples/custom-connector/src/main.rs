//! The `trueup` binary with one connector more: `cargo run -p trueup-custom-connector -- connectors`.

use trueup_custom_connector as _; // links it; every command knows it now

fn main() -> std::process::ExitCode {
    trueup_cli::main()
}
