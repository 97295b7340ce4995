"""Every chart of the app, the report and an evaluation, in Altair, in one style."""
