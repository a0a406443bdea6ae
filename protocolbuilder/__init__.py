"""Write, check, sign and keep information-sharing agreements between UK public bodies."""

__version__ = "0.1.0"
