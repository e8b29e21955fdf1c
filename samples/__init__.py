"""The bundled samples: programs with values and a few lines of explanation."""
