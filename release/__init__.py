"""What makes a release of the source: the list of its parts, the bundle, and the trial of it. Not part of what is installed."""
