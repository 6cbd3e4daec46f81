//! Which command does what.

use super::{
    adopt, audit, check, connect, connectors, doctor, explain, external_stock, feeds, figures,
    health, import, init, journal, levers, listings, opt, preview, qwc, run, sandbox, schema, send,
    status,
};
use crate::arguments::Command;
use crate::demo;
use crate::failure::Failure;
use crate::session::Session;

/// Runs a command.
pub async fn execute(session: Session<'_>, command: Command) -> Result<(), Failure> {
    match command {
        Command::Demo => demo::tell(session).await,
        Command::Init { dir } => init::init(session, &dir),
        Command::Check { online, printing } => check::check(session, online, printing).await,
        Command::Import(import) => import::import(session, import).await,
        Command::OptIn(opt) => opt::opt(session, opt, true).await,
        Command::OptOut(opt) => opt::opt(session, opt, false).await,
        Command::ExternalStock { action } => external_stock::change(session, action).await,
        Command::Alias { action } => opt::alias(session, action).await,
        Command::Figures { codes, printing } => figures::figures(session, &codes, printing).await,
        Command::Preview { channel, feed, printing } => {
            preview::preview(session, &channel, feed, printing).await
        }
        Command::Explain { code, channel, printing } => {
            explain::explain(session, &code, channel.as_deref(), printing).await
        }
        Command::Send { channel, feed, dry_run: true, printing } => {
            send::rehearse(session, &channel, feed, printing).await
        }
        Command::Send { channel, feed, dry_run: false, printing } => {
            send::send(session, &channel, feed, printing).await
        }
        Command::Run => run::run(session).await,
        Command::Status { printing } => status::status(session, printing).await,
        Command::Health { printing } => health::health(session, printing).await,
        Command::Listings(wanted) => listings::listings(session, wanted).await,
        Command::Feeds { channel, limit, printing } => {
            feeds::feeds(session, channel.as_deref(), limit, printing).await
        }
        Command::Feed { id, printing } => feeds::feed(session, id, printing).await,
        Command::Retry { channel, codes } => levers::retry(session, &channel, &codes).await,
        Command::Approve { feed } => levers::approve(session, feed).await,
        Command::Pause { channel } => levers::pause(session, &channel, true).await,
        Command::Resume { channel } => levers::pause(session, &channel, false).await,
        Command::Connect(connect) => connect::connect(session, connect).await,
        Command::Qwc { channel, out } => qwc::qwc(session, &channel, out).await,
        Command::Audit { channel, printing } => {
            audit::audit(session, channel.as_deref(), printing).await
        }
        Command::Adopt { inputs_are_fresh } => adopt::adopt(session, inputs_are_fresh).await,
        Command::Journal { action } => journal::journal(session, action).await,
        Command::Doctor { printing } => doctor::doctor(session, printing).await,
        Command::Connectors { printing } => connectors::connectors(session, printing),
        Command::Schema { marketplace } => schema::schema(session, marketplace.as_deref()),
        Command::Sandbox(sandbox) => sandbox::sandbox(session, sandbox).await,
    }
}
