"""Participants' actions: submission, data subject rights, private links, invitations; and the letters to them."""
