"""`python -m srm_docs`: the same as the command `srm-docs`."""

from srm_docs.cli import main

main()
