"""Domain 7, data: queues of SQS and topics of SNS, as checks."""

from __future__ import annotations

from srm_docs.checks.calls.sns import SUBSCRIPTIONS, TOPICS
from srm_docs.checks.calls.sqs import QUEUES
from srm_docs.checks.data import DATA, TRUSTED_ACCOUNTS
from srm_docs.checks.kit import check
from srm_docs.checks.observation import Observation, met, not_applicable, unmet
from srm_docs.checks.resource_policies import refuses_without_tls, who_is_let_in
from srm_docs.checks.row import Given, Row

LEAST_PRIVILEGE = "identity-access-management.least-privilege"

NO_QUEUE = not_applicable("No queue exists here.")
NO_TOPIC = not_applicable("No topic exists here.")


@check(DATA, each=QUEUES, none=NO_QUEUE, severity="high")
def queues_are_encrypted(queue: Row) -> Observation:
    """Every queue encrypts the messages it holds.

    Messages carry orders, invoices and personal data, and may wait for fourteen days.

    Remedy: Turn on encryption of the queue, with SQS's key or one of KMS.

    Met:   {KmsMasterKeyId: alias/billing-data, SqsManagedSseEnabled: "false"}
    Met:   {SqsManagedSseEnabled: "true"}
    Unmet: {SqsManagedSseEnabled: "false"}
    """
    if queue.get("KmsMasterKeyId"):
        return met(f"Encrypted with {queue['KmsMasterKeyId']}.")
    if queue["SqsManagedSseEnabled"] == "true":
        return met("Encrypted with a key of SQS.")
    return unmet("Messages are not encrypted.")


@check(DATA, LEAST_PRIVILEGE, each=QUEUES, none=NO_QUEUE, severity="critical", parameters=[TRUSTED_ACCOUNTS])
def queues_let_in_known_accounts(queue: Row, given: Given) -> Observation:
    """The policy of every queue lets in this account and trusted accounts only.

    Whoever may receive reads the messages; whoever may send can slip in false ones.

    Remedy: Name known accounts in the queue's policy, or add a condition on aws:SourceAccount or aws:SourceArn.

    Met:   {QueueArn: a}
    Met:   {Policy: '{"Statement": [{"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sqs:*"}]}'}
    Unmet: {Policy: '{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage"}]}'}
    Unmet: {Policy: '{"Statement": [{"Effect": "Allow", "Principal": {"AWS": "444455556666"}, "Action": "sqs:*"}]}'}
    """
    if "Policy" in queue:
        return who_is_let_in(queue["Policy"], queue, given)
    return met(f"{queue['QueueArn']} has no policy, so the account's own principals alone are let in.")


@check(DATA, each=QUEUES, none=NO_QUEUE, severity="low")
def queues_refuse_plain_http(queue: Row) -> Observation:
    """Every queue refuses requests that are not encrypted in transit.

    SQS answers over plain HTTP unless a policy denies it.

    Remedy: Deny sqs:* to everyone where aws:SecureTransport is false.

    Met:
      Policy: '{"Statement": [{"Effect": "Deny", "Principal": "*", "Action": "sqs:*", "Resource": "*",
        "Condition": {"Bool": {"aws:SecureTransport": "false"}}}]}'
    Unmet: {QueueArn: a}
    """
    if refuses_without_tls(queue.get("Policy", ""), "sqs:SendMessage", "sqs:ReceiveMessage"):
        return met("The policy denies unencrypted requests.")
    return unmet("No policy denies every unencrypted request.")


@check(DATA, each=TOPICS, none=NO_TOPIC, severity="high")
def topics_are_encrypted(topic: Row) -> Observation:
    """Every topic encrypts the messages it holds until they are delivered.

    Messages carry alarms, orders and personal data.

    Remedy: Choose a key of KMS for the topic.

    Met:   {KmsMasterKeyId: alias/billing-data}
    Unmet: {TopicArn: a}
    """
    key = topic.get("KmsMasterKeyId")
    return met(f"Encrypted with {key}.") if key else unmet("Messages are not encrypted.")


@check(DATA, LEAST_PRIVILEGE, each=TOPICS, none=NO_TOPIC, severity="critical", parameters=[TRUSTED_ACCOUNTS])
def topics_let_in_known_accounts(topic: Row, given: Given) -> Observation:
    """The policy of every topic lets in this account and trusted accounts only.

    Whoever may subscribe reads the messages; whoever may publish can raise false alarms.

    Remedy: Name known accounts in the topic's policy, or add a condition on aws:SourceAccount or aws:SourceArn.

    Met:
      Policy: '{"Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "SNS:Publish",
        "Condition": {"StringEquals": {"AWS:SourceOwner": "111122223333"}}}]}'
    Unmet: {Policy: '{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sns:Subscribe"}]}'}
    """
    return who_is_let_in(topic["Policy"], topic, given)


@check(DATA, each=TOPICS, none=NO_TOPIC, severity="low")
def topics_refuse_plain_http(topic: Row) -> Observation:
    """Every topic refuses messages that are not encrypted in transit.

    SNS answers over plain HTTP unless a policy denies it.

    Remedy: Deny sns:Publish to everyone where aws:SecureTransport is false.

    Met:
      Policy: '{"Statement": [{"Effect": "Deny", "Principal": "*", "Action": "sns:Publish", "Resource": "*",
        "Condition": {"Bool": {"aws:SecureTransport": "false"}}}]}'
    Unmet: {Policy: '{"Statement": [{"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sns:*"}]}'}
    """
    if refuses_without_tls(topic["Policy"], "sns:Publish"):
        return met("The policy denies unencrypted requests.")
    return unmet("No statement of the policy denies every unencrypted request.")


@check(DATA, each=SUBSCRIPTIONS, none=not_applicable("No subscription to a topic exists here."))
def subscriptions_do_not_use_plain_http(subscription: Row) -> Observation:
    """No subscription delivers messages over plain HTTP.

    They can be read, and false ones slipped in, on the way.

    Remedy: Replace the subscription by one to an HTTPS address.

    Met:   {Protocol: https}
    Unmet: {Protocol: http}
    """
    protocol = subscription["Protocol"]
    return unmet("Messages are delivered over plain HTTP.") if protocol == "http" else met(f"Delivered by {protocol}.")
