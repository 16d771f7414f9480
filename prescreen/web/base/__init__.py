"""What all pages share: request, language, security, forms, question fields, formatting."""
