"""What a person does: submission, rights over their data, links, invitations; and the letters they get."""
