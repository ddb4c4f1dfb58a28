"""Which texts of log lines state something without the value that stood behind them."""

from __future__ import annotations

import pytest

from lambdalint.flow.sentences import is_statement


@pytest.mark.parametrize(
    "text",
    [
        "Received event", "Lambda invoked", "Invoked", "START", "Starting", "[main] Lambda starting", "No records",
        "Sending order to the queue", "Flattened order data", "Process the order", "Error in handler",
        "Window is complete", "Order for processing received", "주문 정보", "lambda_handler called", "got event",
    ],
)  # fmt: skip
def test_statements(text: str) -> None:
    assert is_statement(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "Message in the SNS topic", "Using database", "Extracted", "[main] Extracted", "Order, invoking", "read",
        "Record for processing", "Payload before sending", "Item to be updated", "Expected output",
        "run_answering arguments", "OrderConfirmation", "Process", "Order has the query", "Tool: %s",
    ],
)  # fmt: skip
def test_labels_and_verbs_without_their_object(text: str) -> None:
    assert not is_statement(text)
