"""What the commands share: options, context, output, log."""
