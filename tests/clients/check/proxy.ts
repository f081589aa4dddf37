// A proxy in front of the server, which cuts connections as networks do.
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export async function proxy(url: string): Promise<{ url: string; cut(): void; close(): void }> {
  const { hostname, port } = new URL(url);
  const open = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    for (const [socket, other] of [[near, far], [far, near]] as const) {
      open.add(socket);
      socket.pipe(other);
      socket.on("error", () => undefined).on("close", () => {
        open.delete(socket);
        other.destroy();
      });
    }
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut: () => open.forEach((socket) => socket.resetAndDestroy()),
    close: () => server.close(),
  };
}
