"""srm-docs.toml: every fault at once, each with its line and a near match; what is left out is a default."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from srm_docs import config, starter
from srm_docs.checks.discover import parameters
from srm_docs.collect.access import Access, Organization
from srm_docs.config import Config
from srm_docs.declare.audit import Audit, AuditType, Category
from srm_docs.errors import ConfigError, OutputError, UsageError
from srm_docs.evidence.settings import StoreSettings


def faults(text: str) -> list[str]:
    found, wrong = config.read(text)
    assert (found is None) == bool(wrong)
    return [str(fault).removeprefix("srm-docs.toml:") for fault in wrong]


def good(text: str) -> Config:
    found, wrong = config.read(text)
    assert wrong == ()
    assert found is not None
    return found


def test_nothing_is_the_default() -> None:
    assert good("") == Config()
    assert good("").audit == Audit()
    assert good("").accounts == (Access(),)


def test_everything() -> None:
    found = good(
        """
        parameters = {}
        [organization]
        name = " Example Ltd "
        system = "Billing"
        [audit]
        type = "type 2"
        period_start = 2025-07-01
        period_end = 2026-06-30
        frameworks = ["iso27001"]
        categories = ["availability", "availability"]
        offices_in_scope = true
        [approval]
        name = "A"
        date = 2026-07-01
        catalog_digest = "%s"
        [[accounts]]
        id = "111122223333"
        role_arn = "arn:aws-us-gov:iam::111122223333:role/path/srm-docs"
        [[accounts]]
        id = "444455556666"
        profile = "b"
        [collect]
        regions = ["us-gov-west-1", "eu-west-1", "eu-west-1"]
        attempts = 3
        [branding]
        accent = "#123A5C"
        paper = "Letter"
        [paths]
        output = "elsewhere"
        """
        % ("0" * 64)
    )
    assert found.audit.organization == "Example Ltd"
    assert (found.audit.type, found.audit.period_end) == (AuditType.TYPE_2, dt.date(2026, 6, 30))
    assert found.audit.frameworks == ("iso27001",)
    assert found.audit.categories == (Category.SECURITY, Category.AVAILABILITY)
    assert found.audit.approval is not None
    assert [a.account for a in found.accounts] == ["111122223333", "444455556666"]
    assert found.regions == ("us-gov-west-1", "eu-west-1")
    assert (found.attempts, found.output, found.audit.paper) == (3, Path("elsewhere"), "Letter")


def test_an_organization_is_read_where_its_table_stands() -> None:
    assert good("[aws_organization]").organization == Organization()
    assert good("").organization is None
    found = good(
        """[aws_organization]
        role_name = "audit"
        own_account = "role"
        include_ous = ["ou-ab12-11112222", "r-ab12", "r-ab12"]
        exclude_accounts = ["111122223333"]
        exclude_tags = ["environment = sandbox", "old"]
        """
    ).organization
    assert found == Organization(
        role_name="audit", own_account="role", include_ous=("ou-ab12-11112222", "r-ab12"),
        exclude_accounts=("111122223333",), exclude_tags=("environment = sandbox", "old"),
    )  # fmt: skip


def test_every_fault_is_told_at_once_with_its_line_and_a_near_match() -> None:
    assert faults("""[organisation]
name = "x"
[audit]
type = "type 3"
period_begin = 2026-01-01
offices_in_scope = "yes"
frameworks = ["soc1"]
[collect]
concurrency = 0
regions = ["eu-west"]
""") == [
        '1: unknown table "organisation"; did you mean "organization"?',
        '4: "type" must be one of type 1, type 2, not \'type 3\'; did you mean "type 2"?',
        '5: unknown key "period_begin"; did you mean "period_end"?',
        "6: \"offices_in_scope\" must be true or false, not 'yes'",
        '7: "frameworks" must be one of soc2, iso27001, not \'soc1\'; did you mean "soc2"?',
        '9: "concurrency" must be a whole number from 1 to 64, not 0',
        '10: "regions" must look like "eu-west-1", not \'eu-west\'',
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x", "1:"),
        ("[audit]\n[audit]\n", "2:"),
        ("[audit]\ntype = 1\ntype = 2\n", "3:"),
        ("audit = 3", '1: "audit" must be a table: write [audit] on a line of its own'),
        ("accounts = 3", '1: "accounts" must be a list of tables'),
        ("[accounts]\nid = '111122223333'", '1: "accounts" must be a list of tables'),
        ("parameters = 3", '1: "parameters" must be a table'),
        ("[organization]\nname = 3", '2: "name" must be text in quotes, not 3'),
        ("[audit]\nperiod_start = '2026-01-01'", '2: "period_start" must be a date such as 2026-06-30 (no quotes)'),
        ("[audit]\nperiod_start = 2026-01-01T00:00:00", '2: "period_start" must be a date'),
        ("[audit]\ntype = 'type 2'", '2: a type 2 audit needs "period_start" and "period_end"'),
        ("[audit]\nperiod_start = 2026-02-01\nperiod_end = 2026-01-01", '3: "period_end" (2026-01-01) is before'),
        ("[audit]\nframeworks = []", '2: "frameworks" must be a list with some of'),
        ("[audit]\nframeworks = [['soc2']]", '2: "frameworks" must be one of'),
        ("[audit]\ncategories = ['privcy']", 'did you mean "privacy"?'),
        ("[approval]\nname = 'x'", "1: an approval needs date, catalog_digest"),
        ("[[accounts]]\nid = '12'", '2: "id" must look like "111122223333"'),
        ("[[accounts]]\nid = 111122223333", '2: "id" must be text in quotes'),
        ("[[accounts]]\nname = 'x'\n[[accounts]]\nid = '111122223333'", '1: an account among several needs an "id"'),
        ("[[accounts]]\nid='111122223333'\n[[accounts]]\nid='111122223333'", "4: account 111122223333 is listed twice"),
        ("[[accounts]]\nrole = 'x'", '2: unknown key "role"'),
        ("[[accounts]]\nrole_arn = 'arn:aws:iam::1:user/x'", '2: "role_arn" must look like'),
        ("accounts = [1]", "must be a table"),
        ("[aws_organization]\nrole_name = 'a/b'", '2: "role_name" must look like "srm-docs"'),
        ("[aws_organization]\nown_account = 'rolle'", 'did you mean "role"?'),
        ("[aws_organization]\ninclude_ous = 'ou-ab12-11112222'", '2: "include_ous" must be a list such as'),
        ("[aws_organization]\nexclude_ous = ['production']", '2: "exclude_ous" must look like "ou-ab12-11112222"'),
        ("[aws_organization]\ninclude_accounts = ['12']", '2: "include_accounts" must look like "111122223333"'),
        ("[aws_organization]\ninclude_tags = ['=x']", '2: "include_tags" must look like "key" or "key=value"'),
        ("[aws_organization]\nexclude_account = []", 'did you mean "exclude_accounts"?'),
        ("[aws_organisation]\n", 'did you mean "aws_organization"?'),
        ("[collect]\nconcurrency = true", '2: "concurrency" must be a whole number'),
        ("[collect]\nconcurrency = 1.5", '2: "concurrency" must be a whole number'),
        ("[collect]\nregions = 'eu-west-1'", '2: "regions" must be a list'),
        ("[branding]\naccent = 'blue'", '2: "accent" must look like "#123A5C"'),
        ("[branding]\naccent = '#8888FF'", '2: "accent" has a contrast of 3.0 on white'),
        ("[branding]\naccent = '#AA0000'", '2: "accent" is red, orange or yellow'),
        ("[branding]\npaper = 'a4'", 'did you mean "A4"?'),
        ("[parameters]\nno_such = 1", '2: unknown parameter "no_such"'),
        ("[parameters]\nPARAM = true", '2: "PARAM" must be a whole number'),
        ("[parameters]\nPARAM = 999999999", "beyond which the check proves nothing"),
    ],
)
def test_a_fault(text: str, said: str) -> None:
    loose = next(p for p in parameters() if p.loosest is not None and p.at_most)
    found = faults(text.replace("PARAM", loose.id))
    assert any(said.replace("PARAM", loose.id) in fault for fault in found), found


def test_a_parameter_of_lists_and_a_near_match() -> None:
    some = next(p for p in parameters() if isinstance(p.default, tuple))
    assert good(f"[parameters]\n{some.id} = {list(some.default)}").audit.parameters == {some.id: list(some.default)}
    assert "must be a list" in faults(f"[parameters]\n{some.id} = 'x'")[0]
    assert f'did you mean "{some.id}"' in faults(f"[parameters]\n{some.id}x = []")[0]


def test_not_utf8_and_a_byte_order_mark() -> None:
    found, wrong = config.read(b"\xff\xfe[\x00")
    assert found is None
    assert len(wrong) == 1
    _, wrong = config.read(b"\xef\xbb\xbf[audit]\n")
    assert wrong == ()


def test_loading_names_the_file_and_the_mend(tmp_path: Path) -> None:
    path = tmp_path / "srm-docs.toml"
    with pytest.raises(ConfigError, match="cannot be read: No such file") as caught:
        config.load(path)
    assert "srm-docs init" in caught.value.hint
    path.write_text("[audit]\ntype = 3\n[x]\n")
    with pytest.raises(ConfigError) as caught:
        config.load(path)
    assert caught.value.message.count(f"{path}:") == 2
    assert caught.value.exit_code == 2


def test_folders_that_are_not_there_are_all_named_at_their_lines(tmp_path: Path) -> None:
    path, nope = tmp_path / "srm-docs.toml", tmp_path / "nope"
    path.write_text(f'[paths]\ncontrols = "{nope}"\noutput = "output"\ntemplates = "{path}"\n')
    with pytest.raises(ConfigError) as caught:
        config.load(path)
    assert caught.value.message.splitlines() == [
        f'{path}:2: "controls" names {nope}, which is no folder',
        f'{path}:4: "templates" names {path}, which is no folder',
    ]


# -- the file to begin with ---------------------------------------------------------------------------------------


def test_the_starter_file_is_the_defaults() -> None:
    assert good(starter.text()) == Config()


def test_what_the_starter_file_shows_behind_a_hash_can_be_used() -> None:
    text = starter.text()
    lines = []
    for line in text.splitlines():
        body = line.removeprefix("# ")
        listed = body.startswith("    ") or body == "]"  # the lines of a long list
        shown = line.startswith("# ") and (body.startswith("[") or " = " in body or listed) and "…" not in body
        keep = not line.startswith("#") or (shown and not body.startswith("[approval"))
        if keep and not body.startswith(('name = "A. Person', "date = ")):
            lines.append(body if shown else line)
    found = good("\n".join(lines))
    assert found.accounts[0].name == "production"
    assert found.audit.period_start == dt.date(2025, 7, 1)
    assert dict(found.audit.parameters) == {
        p.id: p.default if isinstance(p.default, int) else list(p.default) for p in parameters()
    }
    for table, keys in config._TABLES.items():
        assert f"[{table}]" in text
        for key in keys:
            assert f"{key} = " in text, key
    assert all(f"{key} = " in text for key in config._ACCOUNT_KEYS)
    assert max(map(len, text.splitlines())) <= 100


def test_writing_refuses_to_replace_and_says_where_it_cannot_write(tmp_path: Path) -> None:
    path = starter.write(tmp_path / "new" / "folder")
    path.write_text("mine")
    with pytest.raises(UsageError, match="is there already"):
        starter.write(path.parent)
    assert path.read_text() == "mine"
    assert starter.write(path.parent, force=True).read_text() == starter.text()
    with pytest.raises(OutputError, match="cannot be written"):
        starter.write(path / "below")


def test_the_store() -> None:
    assert good("").store == StoreSettings()
    found = good('[store]\ns3 = "s3://bucket/a/b"\nlock = "compliance"\nlock_days = 30\nkeep_days = 400\nkeep_last = 2')
    assert found.store == StoreSettings(
        s3="s3://bucket/a/b", lock="compliance", lock_days=30, keep_days=400, keep_last=2
    )
    assert faults('[store]\ns3 = "bucket"\nlock = "complience"\nkeep_last = 0\nkey = 1') == [
        '2: "s3" must look like "s3://bucket/prefix", not \'bucket\'',
        '3: "lock" must be one of governance, compliance, not \'complience\'; did you mean "compliance"?',
        '4: "keep_last" must be a whole number from 1 to 100000, not 0',
        '5: unknown key "key"; did you mean "kms_key"?',
    ]
    assert good('[store]\nplace = "s3://bucket/a"\nkms_key = "k"').store.place == "s3://bucket/a"
    assert faults('[store]\nplace = "s3://bucket/a"') == [
        '2: evidence that lives on S3 needs a "kms_key": the redaction key is kept under it'
    ]
    assert faults("[store]\nlock_days = 30") == ['1: Object Lock needs both "lock" and "lock_days"']
