//! What answers for a file: the digest of its bytes.

use trueup_import::{Format, Input, read_stock};

/// `printf 'product_code,quantity\nA,1\n' | sha256sum`
const DIGEST: &str = "28495a152b8a0fe898d706c5aa91006b314f7aa00bb53291fb55b87a804cadd0";

#[test]
fn a_file_read_to_its_end_has_the_digest_of_its_bytes() {
    let text = "product_code,quantity\nA,1\n";
    let input = Input::stream("stock.csv", Format::Csv, text.as_bytes());
    let mut records = read_stock([input], None).unwrap();
    let watch = records.progress();
    assert!(watch.digests().is_empty());
    assert_eq!(records.by_ref().count(), 1);
    assert_eq!(watch.digests(), [DIGEST]);
}
