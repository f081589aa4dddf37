"""The GraphQL API, and nothing else: types, limits, and resolvers of a few lines."""

from schema.types import enums as enums
