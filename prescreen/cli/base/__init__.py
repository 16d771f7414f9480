"""What commands share: options, context, output, log."""
