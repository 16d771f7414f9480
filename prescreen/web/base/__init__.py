"""What pages of every room share: request, language, security, question fields, formatting."""
