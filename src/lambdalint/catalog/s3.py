"""S3 operations that can name the bucket's owner (LMB209).

Written by `scripts/refresh_catalog.py` from botocore 1.44.8 on 2026-11-25.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html
"""

from __future__ import annotations

from lambdalint.catalog.terms import terms

OWNER_KEYWORD = "ExpectedBucketOwner"
SOURCE = "https://github.com/boto/botocore/tree/develop/botocore/data/s3"

# The client's transfers take it within their fourth argument.
# https://boto3.amazonaws.com/v1/documentation/api/latest/guide/s3-uploading-files.html#the-extraargs-parameter
TRANSFER_KEYWORD = "ExtraArgs"
TRANSFERS: dict[str, int] = dict.fromkeys(
    ("upload_file", "upload_fileobj", "download_file", "download_fileobj", "copy"), 3
)

OWNED_OPERATIONS: frozenset[str] = terms(
    "abort_multipart_upload complete_multipart_upload copy_object create_bucket_metadata_configuration",
    "create_bucket_metadata_table_configuration create_multipart_upload delete_bucket",
    "delete_bucket_analytics_configuration delete_bucket_cors delete_bucket_encryption",
    "delete_bucket_intelligent_tiering_configuration delete_bucket_inventory_configuration delete_bucket_lifecycle",
    "delete_bucket_metadata_configuration delete_bucket_metadata_table_configuration",
    "delete_bucket_metrics_configuration delete_bucket_ownership_controls delete_bucket_policy",
    "delete_bucket_replication delete_bucket_tagging delete_bucket_website delete_object delete_object_annotation",
    "delete_object_tagging delete_objects delete_public_access_block get_bucket_abac",
    "get_bucket_accelerate_configuration get_bucket_acl get_bucket_analytics_configuration get_bucket_cors",
    "get_bucket_encryption get_bucket_intelligent_tiering_configuration get_bucket_inventory_configuration",
    "get_bucket_lifecycle get_bucket_lifecycle_configuration get_bucket_location get_bucket_logging",
    "get_bucket_metadata_configuration get_bucket_metadata_table_configuration get_bucket_metrics_configuration",
    "get_bucket_notification get_bucket_notification_configuration get_bucket_ownership_controls get_bucket_policy",
    "get_bucket_policy_status get_bucket_replication get_bucket_request_payment get_bucket_tagging",
    "get_bucket_versioning get_bucket_website get_object get_object_acl get_object_annotation get_object_attributes",
    "get_object_legal_hold get_object_lock_configuration get_object_retention get_object_tagging get_object_torrent",
    "get_public_access_block head_bucket head_object list_bucket_analytics_configurations",
    "list_bucket_intelligent_tiering_configurations list_bucket_inventory_configurations",
    "list_bucket_metrics_configurations list_multipart_uploads list_object_annotations list_object_versions",
    "list_objects list_objects_v2 list_parts put_bucket_abac put_bucket_accelerate_configuration put_bucket_acl",
    "put_bucket_analytics_configuration put_bucket_cors put_bucket_encryption",
    "put_bucket_intelligent_tiering_configuration put_bucket_inventory_configuration put_bucket_lifecycle",
    "put_bucket_lifecycle_configuration put_bucket_logging put_bucket_metrics_configuration put_bucket_notification",
    "put_bucket_notification_configuration put_bucket_ownership_controls put_bucket_policy put_bucket_replication",
    "put_bucket_request_payment put_bucket_tagging put_bucket_versioning put_bucket_website put_object",
    "put_object_acl put_object_annotation put_object_legal_hold put_object_lock_configuration put_object_retention",
    "put_object_tagging put_public_access_block restore_object select_object_content",
    "update_bucket_metadata_annotation_table_configuration update_bucket_metadata_inventory_table_configuration",
    "update_bucket_metadata_journal_table_configuration update_object_encryption upload_part upload_part_copy",
)


def takes_owner(method: str) -> bool:
    """Whether a method of the S3 client accepts `ExpectedBucketOwner`."""
    return method in OWNED_OPERATIONS
