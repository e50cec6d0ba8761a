import { asCustomer } from "@/lib/events/trail/customer-trail";
import { AuditEventData } from "@/lib/events/schema";
import type { Happened } from "@/lib/events/store/cloud-event";
import { isAudited } from "@/lib/events/store/sources";

/** Adds what a reader bound to a customer is told of audit entries that concern it. */
export async function toldToCustomers(workspaceId: string, events: Happened[]): Promise<Happened[]> {
  const theirs = events.filter(({ type, customer }) => customer !== null && isAudited(type));
  for (const customerId of new Set(theirs.flatMap(({ customer }) => customer ?? []))) {
    const own = theirs.filter(({ customer }) => customer === customerId);
    const told = await asCustomer(
      { workspaceId, customerId },
      own.map(({ data }) => AuditEventData.parse(data)),
    );
    for (const [index, event] of own.entries()) {
      const data = told[index];
      if (data !== undefined) event.dataForCustomer = data;
    }
  }
  return events;
}
