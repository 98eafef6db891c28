"""Every command at once, for who lists them or calls several."""

from meshctl.cli.program import program

app = program()
