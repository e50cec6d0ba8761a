import type { Server } from "node:http";

/** Stops accepting, lets open requests end for `graceMs`, then cuts what is left. Idle connections go at once. */
export function closeServer(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), graceMs);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}
