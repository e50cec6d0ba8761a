import { createLatchkey, eachItem } from "latchkey/client";

/** Living keys whose newest secret is older than a time, or whose overlap still runs: id, newest secret's time, name. */
const before = Date.parse(process.argv[2] ?? "");
if (Number.isNaN(before)) throw new TypeError("say before when, such as 2027-01-31T12:00:00Z");
const latchkey = createLatchkey({
  origin: process.env.LATCHKEY_URL ?? "",
  key: process.env.LATCHKEY_KEY ?? "",
});

for await (const { id, name, status } of eachItem(latchkey.listKeys, { limit: 100 })) {
  if (status === "revoked" || status === "expired") continue;
  const { secrets, rotation } = await latchkey.readKey({ id });
  const newest = secrets[0]?.createdAt ?? "";
  if (rotation === null && Date.parse(newest) >= before) continue;
  process.stdout.write(`${id} ${newest} ${rotation === null ? "" : "(in overlap) "}${name}\n`);
}
