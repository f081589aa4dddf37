"""Python's gql connected to Linepack: queries and mutations over HTTP, subscriptions over a websocket."""

from gql import Client
from gql.transport.httpx import HTTPXAsyncTransport
from gql.transport.websockets import WebsocketsTransport


def over_http(url: str, token: str) -> Client:
    """Return a client for queries and mutations."""
    headers = {"Authorization": f"Bearer {token}"}
    return Client(transport=HTTPXAsyncTransport(url=f"{url}/graphql", headers=headers))


def over_websocket(url: str, token: str) -> Client:
    """Return a client for subscriptions."""
    address = f"{url.replace('http', 'ws', 1)}/graphql"
    init = {"Authorization": f"Bearer {token}"}
    return Client(transport=WebsocketsTransport(url=address, init_payload=init))
