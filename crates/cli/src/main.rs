//! The `trueup` binary: one stock engine, every marketplace's figure true.

fn main() -> std::process::ExitCode {
    trueup_cli::main()
}
