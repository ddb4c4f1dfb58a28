"""Lint Python on AWS Lambda, and fix what it finds."""

from __future__ import annotations

__version__ = "0.1.0"
