import type { Actor } from "@/lib/api/actor";
import { setValue } from "@/lib/datastore/set";
import { writeLogs } from "@/lib/logs/write";
import { acmeLines } from "@/prisma/acme-lines";
import { acmeValues, northwindValues, storedForm } from "@/prisma/acme-values";

/** Stores values, acme's own and Northwind's, and a day of its services' lines. Throws where a line is not taken. */
export async function seedRecords(actor: Actor, now: number): Promise<void> {
  for (const value of acmeValues) await setValue(actor, { ...value, ...storedForm(value) });
  for (const value of northwindValues)
    await setValue(actor, { ...value, ...storedForm(value), customer: "northwind" });
  const lines = acmeLines
    .toSorted((one, other) => other.minutesAgo - one.minutesAgo)
    .map(({ minutesAgo, ...line }, index) => {
      // Nothing happens on the minute; less than one, so that their order stays.
      const beforeMs = minutesAgo * 60_000 + ((index * 7_919) % 50_000);
      return { ...line, at: new Date(now - beforeMs).toISOString() };
    });
  const { rejected } = await writeLogs(actor, { lines });
  for (const { line, message } of rejected) throw new Error(`Seed line ${line}: ${message}`);
}
