import type { Server } from "node:http";

/** Stops accepting, lets open requests end for `graceMs`, then cuts what is left. Idle connections go at once. */
export function closeServer(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), graceMs);
    // A connection may fall idle only after its answer; it must not be waited for until its keep-alive ends.
    const idle = setInterval(() => server.closeIdleConnections(), 100);
    server.close(() => {
      clearTimeout(cut);
      clearInterval(idle);
      resolve();
    });
  });
}
