"""The storm: the whole platform under load while its processes and servers die, and a ledger that counts what came.

``python -m tests.storm`` runs it for a time; ``make chaos`` runs it with several seeds. A seed decides the faults and
the commands, so that a run that found something can be run again.
"""
