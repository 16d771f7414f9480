"""Staff pages of a referral, the forms on them, and phone intake."""
