import { hashPassword } from "@/lib/accounts/passwords/password";
import { db } from "@/lib/db/client";
import { newId, randomBase62 } from "@/lib/db/id";

/** How someone of a customer signs in to the portal, where they see only what is that customer's. */
export interface CustomerLogin {
  email: string;
  password: string;
  /** External id of the customer. */
  customer: string;
}

const email = "nora@northwind.example";
const customer = "northwind";

/** Makes Nora an admin on Northwind's side, with a new password. Answers null where acme has no Northwind any more. */
export async function seedNorthwindMember(workspaceId: string): Promise<CustomerLogin | null> {
  const found = await db().customer.findFirst({ where: { workspaceId, externalId: customer } });
  if (found === null) return null;
  const password = randomBase62(20);
  const passwordHash = await hashPassword(password);
  const user = await db().user.upsert({
    where: { email },
    create: { id: newId("user"), email, name: "Nora", passwordHash },
    update: { passwordHash, sessionGeneration: { increment: 1 } },
  });
  const membership = { workspaceId, customerId: found.id, userId: user.id };
  await db().customerMember.createMany({ data: [{ ...membership, role: "admin" }], skipDuplicates: true });
  return { email, password, customer };
}
