"""Batches of records: event sources that retry them, and how a handler says which ones failed (LMB710).

https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html,
https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html and
https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
"""

from __future__ import annotations

from lambdalint.catalog.terms import terms

CHECKED = "2026-11-25"

BATCH_EVENTS: frozenset[str] = terms("sqs kinesis dynamodb stream")
RECORDS_KEY = "Records"
# The property of Powertools' event classes.
RECORDS_ATTRIBUTE = "records"
FAILURES_KEY = "batchItemFailures"
# Keys and attributes of a record by which its source shows, and those of sources that send no batches.
BATCH_RECORD_KEYS: frozenset[str] = terms(
    "messageId receiptHandle body kinesis dynamodb eventSourceARN messageAttributes"
)
BATCH_RECORD_ATTRIBUTES: frozenset[str] = terms(
    "message_id receipt_handle body json_body kinesis dynamodb event_source_arn"
)
OTHER_RECORD_KEYS: frozenset[str] = terms("s3 Sns ses cf EventSource")
# Powertools' own handling of partial failures.
# https://docs.powertools.aws.dev/lambda/python/latest/utilities/batch/
BATCH_UTILITY = "aws_lambda_powertools.utilities.batch"
# Calls by which a clause hands a failed record on.
HANDING_ON: frozenset[str] = terms(
    "send_message send_message_batch put_item publish put_events put_object put_record put_records start_execution send"
)
