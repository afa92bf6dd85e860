"""Where a document went out (条例23、25): the channels of a body, and each publication with its result.

The site and its feeds, the WeChat official account, the gazette, the reading places, and what is
recorded by hand: news conferences, press, radio, television. What goes out by itself waits in an
outbox (`Delivery`), is tried again after a while, never twice for one version of a document.
"""
