"""Who owes what for which contract: charges, the ledger, and the feed that the billing system follows."""
