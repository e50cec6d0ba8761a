import { createLatchkey, eachItem, isLatchkeyError } from "latchkey/client";

/** A backend that hands a key to each of its customers. It runs as often as you like and leaves one key each. */
const latchkey = createLatchkey({
  origin: process.env.LATCHKEY_URL ?? "",
  key: process.env.LATCHKEY_KEY ?? "",
});

const { workspace, grant } = await latchkey.whoami();
process.stdout.write(`in ${workspace.slug}, holding ${grant.join(" ")}\n`);

for (const name of ["production", "staging"]) {
  try {
    const { key, secret } = await latchkey.createKey({
      name,
      environment: name === "production" ? "live" : "test",
      scopes: ["read:invoices"],
    });
    process.stdout.write(`made ${key.id} with ${secret.length} characters to hand over once\n`);
  } catch (error) {
    if (!isLatchkeyError(error, "conflict")) throw error;
    process.stdout.write(`${name} is there already\n`);
  }
}

for await (const key of eachItem(latchkey.listKeys, { scope: "read:invoices", limit: 1 }))
  process.stdout.write(`listed ${key.name} as ${key.masked}\n`);
