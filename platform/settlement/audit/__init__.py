"""The audit: certificates checked and awards evaluated again, stored rows compared with their events."""
