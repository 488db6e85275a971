"""A document that uses every macro, and strings that a hostile account could hold."""

from __future__ import annotations

import sys
from pathlib import Path

from srm_docs.render import assets, charts, html, pdf

FOLDER = Path(__file__).with_suffix("")
TITLES = (
    "Physical Infrastructure", "Hypervisor & Virtualization", "Networking", "Infrastructure Security",
    "Operating System & Runtime", "Containers & Serverless", "Data", "Identity & Access Management",
    "Monitoring & Logging", "Application Security",
)  # fmt: skip
HOSTILE = {
    "markup": "<script>alert(1)</script><img src=http://[::1]/x><link rel=attachment href=file:///etc/passwd>",
    "css": "red;background:url(http://127.0.0.1:9/bg)</style><style>@import url(//127.0.0.1:9/)",
    "link": "javascript:alert(1) file:///etc/passwd srm-asset:fonts/x.woff2",
    "template": "{{ 7*7 }}{% include '/etc/passwd' %}",
    "formula": '=HYPERLINK("http://evil","x")',
    "control": "a\x00b\x07c\x1bd\x7fe\x85f\r\ng\th",
    "bidi": "invoice\u202efdp.exe \u2066x\u2069\u200f",
    "invisible": "a\u200bb\u00adc\ufeffd\u2028e  two  spaces ",
    "hebrew arabic": "שלום עולם مرحبا بالعالم",
    "cjk emoji": "漢字かな交じり文 한국어 😀👩‍👩‍👧 🇬🇧",
    "private": "\ue000 \ufdd0 \uffff \U000f0000 \U0010ffff",
    "surrogate": "x\ud800y\udc00z",
    "marks": "e\u0301 Z" + "\u0301" * 60 + " \u0301start",
    "notation": "‹U+202E› ‹ ›",
    "annotation": "a\ufff9b\ufffac\ufffbd",
    "tags": "flag \U0001f3f4\U000e0067\U000e0062\U000e007f text\ufe0e heart\u2764\ufe0f",
    "indic thai": "नमस्ते ગુજરાતી ไทย",
    "entities": "&lt;b&gt; &#0; &#x202e; ]]> <!-- -->",
    "greek": "Ελληνικά Кириллица Tiếng Việt",
    "unbroken": "W" * 400,
    "long": "n" * 30_000,
    "arn": "arn:aws:elasticloadbalancing:eu-central-1:111122223333:listener/app/" + "a1b2c3d4" * 12,
}


def cells(series: str, outcomes: list[charts.Outcome]) -> list[charts.Cell]:
    return [charts.Cell(label=f"{series}.{n}", outcome=outcome) for n, outcome in enumerate(outcomes, 1)]


def page(paper: str = "a4", strings: dict[str, str] | None = None) -> html.Html:
    """Return the sample as HTML."""
    domains = [
        charts.Domain(title=t, aws=2 + n % 2, met=3 + n * 2 if n else 0, unread=n % 3 if n else 0, deviation=n % 4 // 2)
        for n, t in enumerate(TITLES)
    ]
    most = max(d.met + d.unread + d.deviation for d in domains)
    outcomes: list[charts.Outcome] = [
        "met", "partly", "inherited", "documents", "unread", "missing", "deviation", "na",
    ]  # fmt: skip
    return html.render(
        "sample.html",
        users=FOLDER,
        document=html.Document(
            title="Example Ltd: audit packet, demonstration", author="Example Ltd", description="Sample",
            created="2026-07-03T04:12:00Z", paper=paper,
            running="Example Ltd · Audit packet, SOC 2 Type 2 · Version 0.3 · Confidential · Demonstration",
            foot="1 Jul 2025 to 30 Jun 2026 · Snapshot 3f9a7c21",
        ),
        read_at="2026-07-03T04:12:00+00:00",
        field=charts.cover_field(domains, entity="Example Ltd"),
        bars=[
            (d, charts.status_bar(met=d.met, unread=d.unread, deviation=d.deviation, most=most, width=65))
            for d in domains
        ],
        split=charts.split(
            [
                ("39 responsibilities of the AWS model", [("aws", 14), ("shared", 8), ("customer", 17)]),
                ("61 SOC 2 criteria", [("aws", 2), ("shared", 21), ("customer", 38)]),
            ],
            width=170,
        ),
        grid=charts.grid(
            [
                ("Common criteria 6", cells("6", outcomes)),
                ("Annex A, theme 5", cells("5", (outcomes * 5)[:37])),
            ]
        ),
        strings=sorted((HOSTILE if strings is None else strings).items()),
        block='{\n  "GroupName": "a\tb",\n  "漢": "' + "x" * 200 + '"\n}',
        digest="8a37502ea9461ba93a79ab96f043bcf99e913786a7ed5bd55022cc095995a6f2",
    )  # fmt: skip


def printed(paper: str = "a4") -> pdf.Pdf:
    """Return the sample as PDF."""
    return pdf.write(page(paper).text, assets=assets.bundled())


if __name__ == "__main__":
    made = printed(sys.argv[2] if len(sys.argv) > 2 else "a4")
    Path(sys.argv[1]).write_bytes(made.content)
    sys.stdout.write(f"{made.pages} {made.warnings}\n")
