import { createLatchkey } from "latchkey/client";
import { keyGuard } from "latchkey/client/next";

const latchkey = createLatchkey({
  origin: process.env.LATCHKEY_URL ?? "",
  key: process.env.LATCHKEY_KEY ?? "",
});
const reading = keyGuard({ latchkey, scopes: ["read:invoices"] });
const writing = keyGuard({ latchkey, scopes: "write:invoices or admin:invoices", cost: 5 });

/** `app/invoices/route.ts` of a Next app. */
export const GET = reading((_request, { caller }) => Response.json({ invoices: [], for: caller.name }));

export const POST = writing(() => Response.json({ made: true }, { status: 201 }));
