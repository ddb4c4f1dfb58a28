"""Linking: summaries become a program in which names, values and calls are resolved across modules."""
