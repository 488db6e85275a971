"""Domain 9, monitoring and logging: whom AWS can reach when something is wrong with the account, as checks.

Names and numbers are redacted before a check sees them: it sees that they are there, and whether two are the same.
"""

from __future__ import annotations

from srm_docs.checks.calls.account import BILLING_CONTACT, OPERATIONS_CONTACT, PRIMARY_CONTACT, SECURITY_CONTACT
from srm_docs.checks.kit import check
from srm_docs.checks.observation import Observation, met, unknown, unmet
from srm_docs.checks.row import Row

Rows = tuple[Row, ...]

SIEM = "monitoring-logging.siem-integration"

NO_ANSWER = unknown("AWS did not answer for this account.")
_NEEDED = ("FullName", "PhoneNumber", "AddressLine1", "City", "CountryCode")


@check(SIEM, each=PRIMARY_CONTACT, none=NO_ANSWER)
def the_account_has_a_primary_contact(account: Row) -> Observation:
    """The account names a person or office with address and telephone number.

    AWS turns to it when the account is suspected of abuse, and for recovery of the root user.

    Remedy: Complete the contact information on the account page, with a number of the organization and not of a person.

    Met:
      ContactInformation: {FullName: "[redacted:declared:0a]", PhoneNumber: "[redacted:declared:0b]",
        AddressLine1: "[redacted:declared:0c]", City: "[redacted:declared:0d]", CountryCode: "[redacted:declared:0e]"}
    Unmet: {ContactInformation: {FullName: "[redacted:declared:0a]", PhoneNumber: ""}}
    Unmet: absent
    """
    if account.absent:
        return unmet("The account has no contact information.")
    missing = [field for field in _NEEDED if not account["ContactInformation"].get(field)]
    if missing:
        return unmet(f"Not filled in: {', '.join(missing)}.")
    return met("Name, address and telephone number are filled in.")


@check(SIEM, each=SECURITY_CONTACT, none=NO_ANSWER)
def the_account_has_a_security_contact(contact: Row) -> Observation:
    """The account names whom AWS tells of security matters.

    Without one, AWS writes to the address of the root user, which few people read.

    Remedy: Add a security contact to the account, with the mailbox of a team.

    Met:   {AlternateContact: {AlternateContactType: SECURITY, EmailAddress: "[redacted:declared:0a]"}}
    Unmet: {AlternateContact: {AlternateContactType: SECURITY, EmailAddress: ""}}
    Unmet: absent
    """
    if contact.absent:
        return unmet("No security contact is registered.")
    if contact["AlternateContact"].get("EmailAddress"):
        return met("A security contact is registered.")
    return unmet("The security contact has no address.")


def _addresses(*contacts: Row) -> dict[str, str]:
    """The redacted address of each contact that is there; the same marker stands for the same address."""
    named = {c.params.get("AlternateContactType", str(n)): c for n, c in enumerate(contacts)}
    return {kind: c["AlternateContact"]["EmailAddress"] for kind, c in named.items() if not c.absent}


@check(SIEM, whole=(SECURITY_CONTACT, BILLING_CONTACT, OPERATIONS_CONTACT), none=NO_ANSWER, severity="low")
def the_accounts_contacts_are_different(security: Rows, billing: Rows, operations: Rows) -> list[Observation]:
    """The account names different contacts for security, billing and operations.

    A warning about an intrusion is lost among invoices.

    Remedy: Add the three alternate contacts to the account, each with the mailbox of the team concerned.

    Met:
      account:GetAlternateContact#security: [{AlternateContact: {EmailAddress: "[redacted:declared:0a]"}}]
      account:GetAlternateContact#billing: [{AlternateContact: {EmailAddress: "[redacted:declared:0b]"}}]
      account:GetAlternateContact#operations: [{AlternateContact: {EmailAddress: "[redacted:declared:0c]"}}]
    Unmet:
      account:GetAlternateContact#security: [{AlternateContact: {EmailAddress: "[redacted:declared:0a]"}}]
      account:GetAlternateContact#billing: [{AlternateContact: {EmailAddress: "[redacted:declared:0b]"}}]
      account:GetAlternateContact#operations: [{AlternateContact: {EmailAddress: "[redacted:declared:0b]"}}]
    Unmet:
      account:GetAlternateContact#security: [{AlternateContact: {EmailAddress: "[redacted:declared:0a]"}}]
      account:GetAlternateContact#billing: [absent]
      account:GetAlternateContact#operations: [{AlternateContact: {EmailAddress: "[redacted:declared:0c]"}}]
    """
    said = []
    for contacts in zip(security, billing, operations, strict=True):
        addresses = _addresses(*contacts)
        if len(addresses) < len(contacts):
            said.append(unmet(f"Contacts that are registered: {len(addresses)} of 3.").about(contacts[0]))
        elif len(set(addresses.values())) < len(addresses):
            said.append(unmet("Two contacts have the same address.").about(contacts[0]))
        else:
            said.append(met("The three contacts have different addresses.").about(contacts[0]))
    return said
