import { writeFile } from "node:fs/promises";
import { createLatchkey } from "latchkey/client";

/** Makes a key of exactly these scopes, puts its value where its service reads it, and prints the key's id. */
const [name = "", file = "", ...scopes] = process.argv.slice(2);
const latchkey = createLatchkey({
  origin: process.env.LATCHKEY_URL ?? "",
  key: process.env.ADMIN_KEY ?? "",
});
const { key, secret } = await latchkey.createKey({ name, scopes });
await writeFile(file, secret, { mode: 0o600, flag: "wx" });
process.stdout.write(`${key.id}\n`);
