"""The screens beside the main one: sample browser, help, notation."""
