"""The project's budgets, each measured beside the peer it names, in one run on one machine."""
