"""What is kept between runs: summaries, declarations and whole reports, as data that cannot run code."""
