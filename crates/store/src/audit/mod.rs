//! The auditor: whether flags say what values say, and whether no mark was lost.
//!
//! Delivery is right by construction; this is for the day on which it is not. What is found is a
//! defect of this program, or of whoever wrote to its tables: it is healed in the direction that
//! tells a marketplace once too often rather than once too rarely, and reported.
//!
//! | defect | healed by |
//! |---|---|
//! | `unknown_state` | due, with a suspect |
//! | `lost_in_flight`: in flight in a batch that is answered, gone or of another channel | due, with a suspect |
//! | `false_clean`, `false_retired`: at rest though the values differ, or something may still land | due |
//! | `due_without_reason`: to be sent though nothing else can be believed | at rest |
//! | `out_of_reach`: due, but never looked at | due now |
//! | `parked_without_reason` | due |
//! | `lost_mark`: the engine computes another level from the inputs there are | a mark |

mod flags;
mod levels;
mod report;

pub use levels::AuditedLevels;
pub use report::{AuditRow, Defects};
