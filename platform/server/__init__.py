"""The programs of an installation, and the command line."""

import os

from server import kernel_cache

kernel_cache.provide(os.environ)
