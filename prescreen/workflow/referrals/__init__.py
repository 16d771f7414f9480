"""A team's work on a referral: its states, calls, notes, reminders, reassignments."""
