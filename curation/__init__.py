"""From raw news to a published dataset of diplomatic events."""

__version__ = "0.1.0"
