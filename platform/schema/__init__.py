"""The GraphQL API, and nothing else: types, limits, and resolvers of a few lines.

The docstrings of types and resolvers are their descriptions in the schema, written for clients.
"""

from schema.types.enumerations import registration as registration
