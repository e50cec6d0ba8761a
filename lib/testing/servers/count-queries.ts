import { onTestFinished } from "vitest";
import { sql } from "@/lib/db/client";

/** Counts the statements with `text` in them that this process asks of the database, from now until the test ends. */
export function countQueries(text: string): () => number {
  const pool = sql();
  const query = pool.query.bind(pool);
  let count = 0;
  Object.assign(pool, {
    query: (...given: Parameters<typeof query>) => {
      if (String(given[0]).includes(text)) count += 1;
      return query(...given);
    },
  });
  onTestFinished(() => void Object.assign(pool, { query }));
  return () => count;
}
