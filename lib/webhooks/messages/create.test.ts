import { expect, test } from "vitest";
import { createCustomer } from "@/lib/customers/create";
import { CreateCustomer } from "@/lib/customers/schema";
import { deleteCustomer } from "@/lib/customers/delete";
import { createTestWorkspace } from "@/lib/testing/workspace";
import { createEndpoint } from "@/lib/webhooks/endpoints/create";
import { createMessage } from "@/lib/webhooks/messages/create";
import { CreateWebhookMessage } from "@/lib/webhooks/messages/schema";
import { CreateWebhookEndpoint } from "@/lib/webhooks/schema";

test("a message or endpoint for a customer that is being removed is stored or finds no such customer", async () => {
  const { owner } = await createTestWorkspace();
  for (let round = 0; round < 15; round += 1) {
    const { id: customer } = await createCustomer(
      owner,
      CreateCustomer.parse({ externalId: `c${round}`, name: "c" }),
    );
    const asked = await Promise.allSettled([
      createMessage(owner, { eventType: "invoice.paid", payload: {}, customer }),
      createEndpoint(owner, CreateWebhookEndpoint.parse({ url: "http://127.0.0.1:9/", customer })),
      deleteCustomer(owner, { customer, revokesKeys: true }),
    ]);
    const reasons = asked.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
    expect(reasons).toEqual(reasons.map(() => expect.objectContaining({ kind: "not-found" })));
  }
});

test("a payload is refused whose numbers would not arrive as they were written", () => {
  const sent = (payload: string) =>
    CreateWebhookMessage.safeParse({ eventType: "a", payload: JSON.parse(payload) });
  for (const payload of ['{"n":1e400}', '{"n":[12345678901234567890]}', '{"n":{"m":-9007199254740993}}'])
    expect(sent(payload).error?.issues[0]?.message, payload).toContain("send it as text");
  for (const payload of ['{"n":9007199254740991}', '{"n":[0.1,-2.5e3,1e-400]}'])
    expect(sent(payload).success, payload).toBe(true);
});
