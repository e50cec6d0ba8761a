import { once } from "node:events";
import net from "node:net";

/** A way to the database that can be cut and mended. */
export interface SeverableDatabase {
  url: string;
  /** Cuts every connection and refuses new ones. */
  sever(): void;
  restore(): void;
  close(): Promise<void>;
}

/** Stands between this process and the database at `url`. */
export async function severableDatabase(url: string): Promise<SeverableDatabase> {
  const target = targetOf(new URL(url));
  const open = new Set<net.Socket>();
  let away = false;
  const server = net.createServer((inner) => {
    if (away) return void inner.destroy();
    const outer = net.connect(target);
    for (const [one, other] of [
      [inner, outer],
      [outer, inner],
    ] as const) {
      open.add(one);
      one.pipe(other);
      one.on("error", () => other.destroy());
      one.on("close", () => {
        open.delete(one);
        other.destroy();
      });
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("no port");
  const through = new URL(url);
  through.host = `127.0.0.1:${address.port}`;
  through.searchParams.delete("host");
  return {
    url: through.toString(),
    sever() {
      away = true;
      for (const socket of open) socket.destroy();
    },
    restore() {
      away = false;
    },
    async close() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

/** A unix socket's directory stands in the query, as `pg` reads it. */
function targetOf(url: URL): net.NetConnectOpts {
  const directory = url.searchParams.get("host");
  if (directory !== null) return { path: `${directory}/.s.PGSQL.5432` };
  return { host: url.hostname, port: Number(url.port === "" ? 5432 : url.port) };
}
