//! The names people switch faults and modes with. One row: name, sentence, what it sets.

use trueup_marketplace::SandboxError;

use crate::fault::{FAULTS, Faults};
use crate::value::Read;

/// A switch of what `M` holds: its name, a sentence for people, and what a value does.
pub type Knob<M> = (&'static str, &'static str, fn(&mut M, Option<&str>) -> Read<()>);

/// The names and sentences of [`FAULTS`] and of a sandbox's own knobs, for its registration. `N` is
/// how many they are together.
///
/// # Panics
/// While compiling, where `N` is another number.
#[must_use]
pub const fn sentences<M, const N: usize>(own: &[Knob<M>]) -> [(&'static str, &'static str); N] {
    assert!(FAULTS.len() + own.len() == N, "N counts the faults and the sandbox's own knobs");
    let mut sentences = [("", ""); N];
    let mut index = 0;
    while index < N {
        sentences[index] = match index < FAULTS.len() {
            true => (FAULTS[index].0, FAULTS[index].1),
            false => (own[index - FAULTS.len()].0, own[index - FAULTS.len()].1),
        };
        index += 1;
    }
    sentences
}

/// Sets what `name` or `name=value` says: one of the sandbox's own knobs, or else a fault.
///
/// # Errors
/// There is no such name, or it does not take the value; the message says what to write.
pub fn turn<M>(
    marketplace: &str,
    own: &[Knob<M>],
    modes: &mut M,
    faults: fn(&mut M) -> &mut Faults,
    text: &str,
) -> Result<(), SandboxError> {
    let (name, value) = match text.split_once('=') {
        Some((name, value)) => (name.trim(), Some(value.trim())),
        None => (text.trim(), None),
    };
    let set = match own.iter().find(|knob| knob.0 == name) {
        Some((_, _, set)) => set(modes, value),
        None => match FAULTS.iter().find(|knob| knob.0 == name) {
            Some((_, _, set)) => set(faults(modes), value),
            None => return Err(unknown(marketplace, own, name)),
        },
    };
    set.map_err(|fix| {
        let given = value.map_or_else(|| "no value".to_owned(), |value| format!("`{value}`"));
        SandboxError(format!("fault `{name}` does not take {given}; {fix}"))
    })
}

fn unknown<M>(marketplace: &str, own: &[Knob<M>], name: &str) -> SandboxError {
    let known = FAULTS.iter().map(|knob| knob.0).chain(own.iter().map(|knob| knob.0));
    let known: Vec<&str> = known.collect();
    SandboxError(format!(
        "no fault or mode of the {marketplace} sandbox is called `{name}`; known are {}",
        known.join(", ")
    ))
}
