"""Many people assessed for one trial: rematch, snapshots, counts."""
