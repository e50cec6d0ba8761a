const [query, sync] = ["Q", "S"].map((letter) => letter.charCodeAt(0));
const partsOfStatement = new Set(["P", "B", "D", "E", "C", "H"].map((letter) => letter.charCodeAt(0)));

/**
 * PGlite as its socket server should see it. All connections share one session, and the server asks only
 * `isInTransaction` before it turns to another connection, so a statement's Parse, Bind and Execute could be torn apart
 * by someone else's. Until its Sync, a statement counts as a transaction of its connection.
 */
export function keepStatementsWhole(database) {
  let open = false;
  return {
    isInTransaction: () => open || database.isInTransaction(),
    runExclusive: (work) => database.runExclusive(work),
    execProtocolRawStream: async (message, options) => {
      if (partsOfStatement.has(message[0])) open = true;
      try {
        await database.execProtocolRawStream(message, options);
      } finally {
        if (message[0] === sync || message[0] === query) open = false;
      }
    },
    /** The server rolls back for a connection that was lost; a Sync first ends the statement it left unfinished. */
    exec: async (text) => {
      if (open) await database.execProtocolRaw(new Uint8Array([sync, 0, 0, 0, 4]));
      open = false;
      return database.isInTransaction() ? database.exec(text) : [];
    },
  };
}
