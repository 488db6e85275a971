"""What is asked of AWS Glue: the data catalog, jobs, development endpoints and transforms, as calls."""

from __future__ import annotations

from srm_docs.checks.call import Call

# AWS answers in every region, in use or not: databases and jobs tell whether anybody uses the catalog there.
CATALOG_ENCRYPTION = Call(
    service="glue",
    operation="GetDataCatalogEncryptionSettings",
    noun="data catalog's encryption",
    nouns="data catalogs' encryption",
    rows="DataCatalogEncryptionSettings",
)

CATALOG_POLICY = Call(
    service="glue",
    operation="GetResourcePolicy",
    noun="data catalog's policy",
    nouns="data catalogs' policies",
    absent=("EntityNotFoundException",),
)

DATABASES = Call(
    service="glue",
    operation="GetDatabases",
    noun="catalog database",
    nouns="catalog databases",
    rows="DatabaseList",
    name="Name",
    redact=("DatabaseList[].Parameters.*",),
)

JOBS = Call(
    service="glue",
    operation="GetJobs",
    noun="Glue job",
    nouns="Glue jobs",
    rows="Jobs",
    name="Name",
    # Arguments carry passwords as often as environments do; "true" and "false" stay.
    redact=(
        "Jobs[].DefaultArguments.*",
        "Jobs[].NonOverridableArguments.*",
        "Jobs[].CodeGenConfigurationNodes.*",
        "Jobs[].SourceControlDetails.AuthToken",
    ),
)

DEVELOPMENT_ENDPOINTS = Call(
    service="glue",
    operation="GetDevEndpoints",
    noun="development endpoint",
    nouns="development endpoints",
    rows="DevEndpoints",
    name="EndpointName",
    redact=("DevEndpoints[].Arguments.*",),
)

SECURITY_CONFIGURATIONS = Call(
    service="glue",
    operation="GetSecurityConfigurations",
    noun="Glue security configuration",
    nouns="Glue security configurations",
    rows="SecurityConfigurations",
    name="Name",
)

TRANSFORMS = Call(
    service="glue",
    operation="GetMLTransforms",
    noun="machine learning transform",
    nouns="machine learning transforms",
    rows="Transforms",
    name="Name",
    token=("NextToken", "NextToken"),
    redact=("Transforms[].InputRecordTables[].AdditionalOptions.*",),
)
