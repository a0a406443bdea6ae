"""`python -m protocolbuilder`."""

from protocolbuilder.cli import main

main()
