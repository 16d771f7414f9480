"""A referral, as its team sees and works it; and referrals taken by phone."""
