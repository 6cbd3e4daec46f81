//! The `trueup` program, built with whatever features the tests ask for.

fn main() -> std::process::ExitCode {
    trueup_cli::main()
}
