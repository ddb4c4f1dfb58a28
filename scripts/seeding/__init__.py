"""Known defects, the ways to write them, and the real modules into which they are put."""
