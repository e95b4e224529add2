"""`python -m flowsim` is the command `flowsim`."""

from flowsim.cli import main

main()
