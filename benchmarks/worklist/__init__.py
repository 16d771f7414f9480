"""The recruiters' work list with many referrals."""
