"""What is asked of AWS Service Catalog: portfolios and the accounts they are shared with, as calls."""

from __future__ import annotations

from srm_docs.checks.call import Call

PORTFOLIOS = Call(
    service="servicecatalog",
    operation="ListPortfolios",
    noun="portfolio",
    nouns="portfolios",
    rows="PortfolioDetails",
    name="DisplayName",
)

# Shares with the organization and its units stay inside it: only those with single accounts are asked for.
PORTFOLIO_SHARES = Call(
    service="servicecatalog",
    operation="DescribePortfolioShares",
    variant="accounts",
    noun="portfolio's share with an account",
    nouns="portfolios' shares with accounts",
    rows="PortfolioShareDetails",
    name="PrincipalId",
    params={"Type": "ACCOUNT"},
    per=PORTFOLIOS,
    bind={"PortfolioId": "Id"},
    token=("PageToken", "NextPageToken"),
)
