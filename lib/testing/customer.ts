import type { Actor } from "@/lib/api/actor";
import { createCustomer } from "@/lib/customers/create";
import { CreateCustomer, type Customer } from "@/lib/customers/schema";
import { randomBase62 } from "@/lib/db/id";
import type { z } from "zod";

/** Adds a customer as the API would, under a name and external id of its own unless they are given. */
export function addCustomer(
  actor: Actor,
  input: Partial<z.input<typeof CreateCustomer>> = {},
): Promise<Customer> {
  const tag = randomBase62(8);
  return createCustomer(
    actor,
    CreateCustomer.parse({ externalId: `ext-${tag}`, name: `Customer ${tag}`, ...input }),
  );
}
