"""The home of schema upgrades: brings a database to the revision that this code expects."""
