//! The GraphQL documents of real clients.

/// What the reference of 2026 shows.
pub const SAVE: &str = "mutation SaveInventory($inventory: [inventoryInput!]!, \
    $feedKind: inventoryFeedKind, $dryRun: Boolean) { inventory { save(inventory: $inventory, \
    feedKind: $feedKind, dryRun: $dryRun) { id handle status submittedAt completedAt itemCount \
    errorCount completedCount processingCount errors(limit: 500) { key message } } } }";

/// The form of Wayfair's own plugin: nullable lines, and keys alone.
pub const OFFICIAL: &str = "mutation save($inventory: [inventoryInput]!, \
    $feed_kind: inventoryFeedKind) { inventory { save(inventory: $inventory, \
    feedKind: $feed_kind, dryRun: false) { handle, submittedAt, errors { key } } } }";

/// The oldest form: the former root and the former spelling of the argument.
pub const OLDEST: &str = "mutation inventory($lines: [inventoryInput]!) { productInventory { \
    save(inventory: $lines, feed_kind: TRUE_UP) { handle submitted_at completed_at } } }";

/// The modern form without the fields and arguments that may be missing.
pub const PLAIN: &str = "mutation SaveInventory($inventory: [inventoryInput!]!, \
    $feedKind: inventoryFeedKind) { inventory { save(inventory: $inventory, \
    feedKind: $feedKind) { handle status errors { key message } } } }";

/// The transaction of a handle.
pub const READ: &str = "query InventoryTransaction($handle: String!) { \
    transactions(filters: [{ field: handle, equals: $handle }], limit: 1) { \
    id handle status submittedAt completedAt itemCount errorCount completedCount \
    processingCount errors(limit: 100) { key message } completed { key } processing { key } } }";
