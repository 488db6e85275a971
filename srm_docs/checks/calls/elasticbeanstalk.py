"""What is asked of AWS Elastic Beanstalk: the environments, as a call."""

from __future__ import annotations

from srm_docs.checks.call import Call

# Never DescribeConfigurationSettings: it hands out the environment variables of the application.
ENVIRONMENTS = Call(
    service="elasticbeanstalk",
    operation="DescribeEnvironments",
    noun="Elastic Beanstalk environment",
    nouns="Elastic Beanstalk environments",
    rows="Environments",
    name="EnvironmentName",
    params={"IncludeDeleted": False},
)
