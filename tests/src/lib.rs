//! See `tests/whole`: one test program for the whole product.
