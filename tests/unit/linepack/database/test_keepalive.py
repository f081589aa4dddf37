import socket

from linepack.database.keepalive import ask_for_signs_of_life


def test_a_peer_that_vanishes_is_noticed_within_half_a_minute() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()) as one,
    ):
        ask_for_signs_of_life(one)
        asked = [
            one.getsockopt(socket.IPPROTO_TCP, option)
            for option in (socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL, socket.TCP_KEEPCNT)
        ]
        assert one.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        assert asked == [15, 5, 3]
        assert one.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 30_000


def test_a_socket_of_this_machine_needs_none() -> None:
    one, other = socket.socketpair()
    with one, other:
        ask_for_signs_of_life(one)
        assert not one.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
