"""The screens beside the main one: sample browser and help."""
