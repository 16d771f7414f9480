"""What a team does with a referral: its states, calls, notes, reminders, reassignments."""
