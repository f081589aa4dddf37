"""The audit: certificates counted again, awards decided again, what is stored held against its events."""
