"""Regions: how they are spelt, how clients take them, and which services are served from one of them (LMB208)."""

from __future__ import annotations

import re

from lambdalint.catalog.terms import terms

CHECKED = "2026-11-25"

# https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html: "eu-west-1", "us-gov-east-1".
_REGION = re.compile(r"[a-z]{2,4}(?:-[a-z]{2,5}){0,2}-[a-z]+-\d")

# https://boto3.amazonaws.com/v1/documentation/api/latest/reference/core/session.html
REGION_KEYWORD = "region_name"
# Where `client`, `resource` and `create_client` take the region, and `Session`.
POSITIONS: dict[str, int] = {"client": 1, "resource": 1, "create_client": 1, "Session": 3}
# https://botocore.amazonaws.com/v1/documentation/api/latest/reference/config.html
CONFIGS: frozenset[str] = terms("botocore.config.Config botocore.client.Config aiobotocore.config.AioConfig")

# Services with endpoints in one region (or in one for what is global), by their boto3 name.
# https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/global-services.html and
# https://docs.aws.amazon.com/general/latest/gr/aws-service-information.html
_ONE_REGION: frozenset[str] = terms(
    "account artifact bcm-data-exports billing budgets ce chime cloudfront cloudfront-keyvaluestore",
    "cost-optimization-hub cur ecr-public freetier globalaccelerator health iam identitystore importexport invoicing",
    "marketplace-catalog marketplacecommerceanalytics meteringmarketplace networkmanager organizations partnercentral",
    "partnercentral-selling pricing route53 route53domains route53-recovery-control-config s3control savingsplans",
    "shield support support-app tax taxsettings trustedadvisor waf",
)


def is_region(text: str) -> bool:
    """Whether a text is spelt as a region."""
    return _REGION.fullmatch(text) is not None


def serves_one_region(service: str) -> bool:
    """Whether a service has its endpoint in one region only, so that naming it is right."""
    return service in _ONE_REGION
