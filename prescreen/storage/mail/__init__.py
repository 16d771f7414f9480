"""The outbox of letters, and the alerts to recruiters about referrals."""
