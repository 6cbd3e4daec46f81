//! What another hand could do to what was told.

/// What was done, by which statement, and a part of what is said of it.
pub const TAMPERING: &[(&str, &str, &str)] = &[
    (
        "a quantity in a body",
        "UPDATE batch_body SET body = REPLACE(body, '5', '6') WHERE batch_id = 1",
        "the digest of the body of batch tu",
    ),
    ("a body", "DELETE FROM batch_body WHERE batch_id = 2", "the body of batch tu"),
    (
        "the outcome of a batch",
        "UPDATE batch SET default_outcome = 'rejected' WHERE id = 2",
        "the digest of the outcomes of batch tu",
    ),
    (
        "the marketplace's handle",
        "UPDATE batch SET handle = 'handle-2' WHERE id = 1",
        "the digest of the outcomes of batch tu",
    ),
    (
        "the outcome of a line",
        "UPDATE line_exception SET outcome = 'accepted' WHERE batch_id = 1",
        "the digest of the outcomes of batch tu",
    ),
    (
        "the marketplace's words",
        "UPDATE line_exception SET message = 'fine' WHERE batch_id = 1",
        "the digest of the outcomes of batch tu",
    ),
    (
        "an outcome that never was",
        "INSERT INTO line_exception (batch_id, listing_id, outcome) VALUES (2, 1, 'rejected')",
        "the digest of the outcomes of batch tu",
    ),
    (
        "a removed outcome",
        "DELETE FROM line_exception WHERE batch_id = 1",
        "the digest of the outcomes of batch tu",
    ),
    ("the time of a batch", "UPDATE batch SET started_at = 1 WHERE id = 2", "the time of batch tu"),
    (
        "the time of an answer",
        "UPDATE batch SET finished_at = finished_at + 1 WHERE id = 2",
        "when batch tu",
    ),
    ("a batch's key", "UPDATE batch SET batch_key = 'x' WHERE id = 2", "the key of the batch"),
    ("a batch's feed", "UPDATE batch SET feed_id = 1 WHERE id = 2", "the feed of batch tu"),
    (
        "the request",
        "UPDATE batch_request SET request = CAST('another' AS {bytes}) WHERE batch_id = 1",
        "the digest of the request of batch tu",
    ),
    ("the kind of a feed", "UPDATE feed SET kind = 'true_up' WHERE id = 1", "the feed's kind"),
    ("the end of a feed", "UPDATE feed SET message = NULL WHERE id = 2", "the feed's end"),
    (
        "what an entry says",
        "UPDATE journal SET detail = REPLACE(detail, 'test', 'you') \
         WHERE chain = 1 AND event = 'lease_granted'",
        "is not what was written",
    ),
    (
        "when it was",
        "UPDATE journal SET at = at + 1 WHERE chain = 1 AND sequence = 3",
        "`lease_granted` of",
    ),
    (
        "what it was",
        "UPDATE journal SET event = 'resumed' WHERE chain = 1 AND sequence = 4",
        "`resumed` of",
    ),
    (
        "its hash",
        "UPDATE journal SET hash = '0' WHERE chain = 1 AND sequence = 4",
        "is not what was written",
    ),
    (
        "the first entry",
        "DELETE FROM journal WHERE chain = 1 AND sequence = 1",
        "entry 1: it is missing",
    ),
    (
        "an entry in the middle",
        "DELETE FROM journal WHERE chain = 1 AND sequence = 5",
        "entry 5: it is missing",
    ),
    (
        "the last entry",
        "DELETE FROM journal WHERE chain = 1 AND sequence = \
         (SELECT sequence FROM journal_head WHERE chain = 1)",
        "though the head goes on to entry",
    ),
    (
        "the last entry and the head's number",
        "DELETE FROM journal WHERE chain = 1 AND sequence = \
         (SELECT sequence FROM journal_head WHERE chain = 1); \
         UPDATE journal_head SET sequence = sequence - 1 WHERE chain = 1",
        "is not the one in the head",
    ),
    (
        "an entry more",
        "INSERT INTO journal (chain, sequence, at, event, detail, hash) \
         SELECT 1, sequence + 1, 0, 'paused', '', '0' FROM journal_head WHERE chain = 1",
        "stands behind the head",
    ),
    (
        "two entries swapped",
        "UPDATE journal SET sequence = -1 WHERE chain = 1 AND sequence = 4; \
         UPDATE journal SET sequence = 4 WHERE chain = 1 AND sequence = 5; \
         UPDATE journal SET sequence = 5 WHERE chain = 1 AND sequence = -1",
        "entry 4: ",
    ),
    (
        "a batch that was never sent",
        "INSERT INTO batch (id, feed_id, channel_id, epoch, batch_key, state, started_at, deadline, \
         lines, default_outcome) VALUES (99, 1, 1, 1, 'forged', 'planned', 0, 0, 1, 'pending')",
        "batch forged is in no entry",
    ),
    (
        "the whole chain",
        "DELETE FROM journal WHERE chain = 1; DELETE FROM journal_head WHERE chain = 1",
        "and so are all others",
    ),
];
