//! What every listing should show, what was told, and what came of it.
