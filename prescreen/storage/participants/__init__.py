"""People who consented: leads, contacts, consents, answers, submissions, invitations to trials."""
