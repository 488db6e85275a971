"""What the system is made of, for its description: the ledger's counts in, a line for each AWS service out.

A count is of what AWS listed at the places that were read. Where a list was not answered in full, the line says at how
many places: a component that nobody could list is not a component that there is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from srm_docs.checks.call import Call
from srm_docs.checks.place import GLOBAL
from srm_docs.collect.answer import REFUSALS
from srm_docs.evidence.ledger import LedgerRow
from srm_docs.packet.model import ComponentLine
from srm_docs.packet.words import amount, say

INFRASTRUCTURE, DATA, SOFTWARE, CONTROL = (
    say("Infrastructure: computing and network"),
    say("Data: stores, queues and streams"),
    say("Software: how it is built and delivered"),
    say("Identity, keys, logging and protection"),
)
KINDS: Final[tuple[tuple[str, str, tuple[str, ...]], ...]] = (
    (INFRASTRUCTURE, "Amazon EC2", ("ec2:DescribeInstances", "ec2:DescribeVolumes", "ec2:DescribeImages#self-owned")),
    (
        INFRASTRUCTURE,
        "Amazon VPC",
        (
            "ec2:DescribeVpcs", "ec2:DescribeSubnets", "ec2:DescribeSecurityGroups", "ec2:DescribeAddresses",
            "ec2:DescribeVpcEndpoints", "ec2:DescribeVpcPeeringConnections", "ec2:DescribeTransitGateways",
            "ec2:DescribeVpnConnections", "ec2:DescribeClientVpnEndpoints",
        ),
    ),
    (INFRASTRUCTURE, "EC2 Auto Scaling", ("autoscaling:DescribeAutoScalingGroups",)),
    (INFRASTRUCTURE, "Elastic Load Balancing", ("elbv2:DescribeLoadBalancers", "elb:DescribeLoadBalancers")),
    (INFRASTRUCTURE, "AWS Lambda", ("lambda:ListFunctions",)),
    (INFRASTRUCTURE, "Amazon ECS", ("ecs:ListClusters",)),
    (INFRASTRUCTURE, "Amazon EKS", ("eks:ListClusters",)),
    (INFRASTRUCTURE, "AWS Elastic Beanstalk", ("elasticbeanstalk:DescribeEnvironments",)),
    (INFRASTRUCTURE, "Amazon API Gateway", ("apigateway:GetRestApis", "apigatewayv2:GetApis")),
    (INFRASTRUCTURE, "AWS AppSync", ("appsync:ListGraphqlApis",)),
    (INFRASTRUCTURE, "Amazon CloudFront", ("cloudfront:ListDistributions",)),
    (INFRASTRUCTURE, "Amazon Route 53", ("route53:ListHostedZones",)),
    (
        INFRASTRUCTURE,
        "AWS Direct Connect",
        ("directconnect:DescribeConnections", "directconnect:DescribeVirtualInterfaces"),
    ),
    (INFRASTRUCTURE, "AWS Directory Service", ("ds:DescribeDirectories",)),
    (INFRASTRUCTURE, "Amazon WorkSpaces", ("workspaces:DescribeWorkspaces",)),
    (INFRASTRUCTURE, "Amazon AppStream 2.0", ("appstream:DescribeFleets",)),
    (INFRASTRUCTURE, "Amazon EMR", ("emr:ListClusters#running",)),
    (INFRASTRUCTURE, "Amazon SageMaker AI", ("sagemaker:ListModels", "sagemaker:ListNotebookInstances")),
    (INFRASTRUCTURE, "Amazon Bedrock", ("bedrock-agent:ListAgents", "bedrock-agent:ListPrompts")),
    (INFRASTRUCTURE, "AWS Glue", ("glue:GetJobs", "glue:GetDatabases")),
    (INFRASTRUCTURE, "AWS Step Functions", ("stepfunctions:ListStateMachines",)),
    (INFRASTRUCTURE, "Amazon EventBridge", ("events:ListEventBuses",)),
    (DATA, "Amazon S3", ("s3:ListBuckets",)),
    (DATA, "Amazon S3 Glacier", ("glacier:ListVaults",)),
    (DATA, "Amazon RDS and Aurora", ("rds:DescribeDBInstances", "rds:DescribeDBClusters")),
    (DATA, "Amazon DynamoDB", ("dynamodb:ListTables", "dax:DescribeClusters")),
    (DATA, "Amazon ElastiCache", ("elasticache:DescribeReplicationGroups", "elasticache:DescribeCacheClusters")),
    (DATA, "Amazon Redshift", ("redshift:DescribeClusters",)),
    (DATA, "Amazon OpenSearch Service", ("opensearch:ListDomainNames",)),
    (DATA, "Amazon EFS", ("efs:DescribeFileSystems",)),
    (DATA, "Amazon FSx", ("fsx:DescribeFileSystems",)),
    (DATA, "AWS Storage Gateway", ("storagegateway:ListFileShares",)),
    (DATA, "Amazon SQS", ("sqs:ListQueues",)),
    (DATA, "Amazon SNS", ("sns:ListTopics",)),
    (DATA, "Amazon MQ", ("mq:ListBrokers",)),
    (DATA, "Amazon MSK", ("kafka:ListClustersV2", "kafkaconnect:ListConnectors")),
    (DATA, "Amazon Kinesis Data Streams", ("kinesis:ListStreams",)),
    (DATA, "Amazon Data Firehose", ("firehose:ListDeliveryStreams",)),
    (DATA, "Amazon Athena", ("athena:ListWorkGroups",)),
    (DATA, "AWS DataSync", ("datasync:ListTasks",)),
    (DATA, "AWS Database Migration Service", ("dms:DescribeReplicationInstances", "dms:DescribeReplicationTasks")),
    (DATA, "AWS Transfer Family", ("transfer:ListServers",)),
    (DATA, "AWS Backup", ("backup:ListBackupPlans", "backup:ListBackupVaults")),
    (SOFTWARE, "Amazon ECR", ("ecr:DescribeRepositories",)),
    (SOFTWARE, "AWS CodeBuild", ("codebuild:ListProjects",)),
    (SOFTWARE, "AWS CodePipeline", ("codepipeline:ListPipelines",)),
    (SOFTWARE, "AWS CodeArtifact", ("codeartifact:ListRepositories",)),
    (SOFTWARE, "AWS Service Catalog", ("servicecatalog:ListPortfolios",)),
    (
        SOFTWARE,
        "AWS Systems Manager",
        ("ssm:DescribeInstanceInformation", "ssm:ListDocuments#self-owned", "ssm:DescribeMaintenanceWindows"),
    ),
    (
        CONTROL,
        "AWS IAM",
        (
            "iam:GetAccountAuthorizationDetails#users", "iam:GetAccountAuthorizationDetails#groups",
            "iam:GetAccountAuthorizationDetails#roles",
            "iam:GetAccountAuthorizationDetails#customer-managed-policies",
        ),
    ),
    (CONTROL, "AWS KMS", ("kms:ListKeys",)),
    (CONTROL, "AWS Secrets Manager", ("secretsmanager:ListSecrets",)),
    (CONTROL, "AWS Certificate Manager", ("acm:ListCertificates",)),
    (CONTROL, "AWS CloudTrail", ("cloudtrail:DescribeTrails",)),
    (CONTROL, "Amazon CloudWatch", ("cloudwatch:DescribeAlarms", "logs:DescribeLogGroups")),
    (CONTROL, "AWS Config", ("config:DescribeConfigurationRecorders", "config:DescribeComplianceByConfigRule")),
    (CONTROL, "Amazon GuardDuty", ("guardduty:ListDetectors",)),
    (CONTROL, "IAM Access Analyzer", ("accessanalyzer:ListAnalyzers",)),
    (CONTROL, "AWS WAF", ("wafv2:ListWebACLs#regional", "wafv2:ListWebACLs#cloudfront")),
    (CONTROL, "AWS Network Firewall", ("network-firewall:ListFirewalls",)),
    (CONTROL, "AWS Shield Advanced", ("shield:ListProtections",)),
)  # fmt: skip
"""Group, service as AWS writes it, and the lists that count its parts; settings and findings are no components."""
NOT_COMPONENTS: Final = frozenset(
    {"account", "artifact", "bedrock", "inspector2", "macie2", "organizations", "route53resolver", "securityhub", "sts",
     "wellarchitected"}
)  # fmt: skip
"""Clients of which no list is a part of the system: reports, contacts, settings and what was found."""
_NOUNS: Final[Mapping[str, tuple[str, str]]] = {
    "athena:ListWorkGroups": ("workgroup", "workgroups"),
    "backup:ListBackupPlans": ("backup plan", "backup plans"),
    "bedrock-agent:ListPrompts": ("prompt", "prompts"),
    "codebuild:ListProjects": ("build project", "build projects"),
    "codepipeline:ListPipelines": ("pipeline", "pipelines"),
    "datasync:ListTasks": ("transfer task", "transfer tasks"),
    "dynamodb:ListTables": ("table", "tables"),
    "ecs:ListClusters": ("cluster", "clusters"),
    "eks:ListClusters": ("cluster", "clusters"),
    "emr:ListClusters#running": ("running cluster", "running clusters"),
    "firehose:ListDeliveryStreams": ("delivery stream", "delivery streams"),
    "guardduty:ListDetectors": ("detector", "detectors"),
    "kinesis:ListStreams": ("data stream", "data streams"),
    "kms:ListKeys": ("key", "keys"),
    "mq:ListBrokers": ("broker", "brokers"),
    "network-firewall:ListFirewalls": ("firewall", "firewalls"),
    "opensearch:ListDomainNames": ("search domain", "search domains"),
    "sagemaker:ListModels": ("model", "models"),
    "sagemaker:ListNotebookInstances": ("notebook instance", "notebook instances"),
    "sns:ListTopics": ("topic", "topics"),
    "sqs:ListQueues": ("queue", "queues"),
    "stepfunctions:ListStateMachines": ("state machine", "state machines"),
    "storagegateway:ListFileShares": ("file share", "file shares"),
    "transfer:ListServers": ("file transfer server", "file transfer servers"),
    "wafv2:ListWebACLs#cloudfront": ("global web ACL", "global web ACLs"),
}
"""What a row is, where the call's own noun speaks of the name that AWS lists."""


def component_lines(ledger: Iterable[LedgerRow], calls: Mapping[str, Call]) -> tuple[ComponentLine, ...]:
    """A line for each service of which anything was asked, in the order of `KINDS`."""
    by_call: dict[str, list[LedgerRow]] = {}
    for row in ledger:
        by_call.setdefault(row.call, []).append(row)
    return tuple(
        _line(group, service, [(calls[name], by_call[name]) for name in asked])
        for group, service, names in KINDS
        if (asked := [name for name in names if name in by_call and name in calls])
    )


def _line(group: str, service: str, lists: list[tuple[Call, list[LedgerRow]]]) -> ComponentLine:
    parts, total, unread = [], 0, set()
    places: set[tuple[str, str]] = set()
    for call, rows in lists:
        found = sum(row.rows for row in rows)
        total += found
        if found:
            parts.append(amount(found, *_NOUNS.get(call.id, (call.noun, call.nouns))))
        places |= {(row.place.account, row.place.region) for row in rows if row.rows}
        unread |= {(row.place.account, row.place.region) for row in rows if row.state in REFUSALS}
    return ComponentLine(
        group=group,
        service=service,
        parts=tuple(parts),
        count=total,
        accounts=len({account for account, _ in places}),
        regions=len({region for _, region in places if region != GLOBAL}),
        unread=len(unread),
        evidence=tuple(dict.fromkeys(e for _, rows in lists for row in rows if row.rows for e in row.evidence)),
    )
