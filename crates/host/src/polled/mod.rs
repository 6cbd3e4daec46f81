//! The side that marketplaces call: an HTTP front for channels whose marketplace polls us.

mod answering;
mod front;
mod invitation;
mod tls;
