"""The command line, thin: arguments in, one call into the pipeline each, words and an exit code out."""

from srm_docs.cli.root import cli
from srm_docs.cli.run import main

__all__ = ["cli", "main"]
