"""The language server: `workspace` judges open documents, `protocol` speaks with editors."""
