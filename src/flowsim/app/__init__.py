"""The app: a local web page on which scenarios are compared without a terminal. Needs the extra `app`."""
