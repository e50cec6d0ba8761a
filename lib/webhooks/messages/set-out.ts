import type { Tx } from "@/lib/db/client";

/** A message as it is stored. */
export interface NewMessage {
  workspaceId: string;
  id: string;
  customerId: string | null;
  eventType: string;
  /** JSON text. */
  payload: string;
  createdAt: Date;
}

/** Whether endpoints that ask for everything get it too, or only those that name its type. */
type Asking = "any" | "named";

/** Makes a stored message's deliveries: one for each enabled endpoint of its holder that asks for its type. */
export async function setOut(tx: Tx, message: NewMessage, asking: Asking = "any"): Promise<void> {
  const { workspaceId, id, customerId, eventType, createdAt } = message;
  const given = [workspaceId, id, eventType, createdAt];
  if (customerId === null) await tx.$executeRawUnsafe(insertion("is null", asking), ...given);
  else await tx.$executeRawUnsafe(insertion("= $5", asking), ...given, customerId);
}

/** Endpoints that are being removed are waited for, and then passed over. */
const insertion = (customer: "is null" | "= $5", asking: Asking) => `
insert into webhook_delivery (workspace_id, message_id, endpoint_id, created_at)
select e.workspace_id, $2::text, e.id, $4::timestamptz from webhook_endpoint e
 where e.workspace_id = $1 and e.customer_id ${customer} and e.disabled_at is null
   and ($3::text = any(e.event_types)${asking === "any" ? askingForAll : ""}
     or exists (select 1 from unnest(e.event_types) as asked
                 where asked like '%.*' and starts_with($3::text, left(asked, -1))))
   for key share of e`;

const askingForAll = " or cardinality(e.event_types) = 0 or '*' = any(e.event_types)";
