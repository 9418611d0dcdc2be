"""What is not a window: commands, links, presses under tickets and reminders, errors, everything else."""
