import type { JsonObject } from "@bufbuild/protobuf";
import type { UntypedServiceImplementation } from "@grpc/grpc-js";
import { createCustomer } from "@/lib/customers/create";
import { deleteCustomer } from "@/lib/customers/delete";
import { listCustomers, readCustomer } from "@/lib/customers/read";
import { CreateCustomer, ListCustomers, UpdateCustomer } from "@/lib/customers/schema";
import { updateCustomer } from "@/lib/customers/update";
import { unary } from "@/lib/grpc/calls/unary";
import { CustomerService } from "@/lib/grpc/generated/latchkey/v1/customer_service_pb";
import { idAndRest, parsed } from "@/lib/grpc/messages/parsed";

const { method } = CustomerService;

/** A customer is named by its id or the provider's own, which may be longer. */
const named = (input: JsonObject) => idAndRest(input, 200);

/** `latchkey.v1.CustomerService`: each call is the operation that HTTP calls, with the schema that HTTP validates with. */
export const customerService: UntypedServiceImplementation = {
  createCustomer: unary(method.createCustomer, async ({ actor, input, once }) => {
    const body = parsed(CreateCustomer, withCeiling(input));
    return { customer: await createCustomer(actor, { ...body, once: once("createCustomer", body) }) };
  }),
  getCustomer: unary(method.getCustomer, async ({ actor, input }) => ({
    customer: await readCustomer(actor, named(input).id),
  })),
  listCustomers: unary(method.listCustomers, ({ actor, input }) =>
    listCustomers(actor, parsed(ListCustomers, input)),
  ),
  updateCustomer: unary(method.updateCustomer, async ({ actor, input }) => {
    const { id, rest } = named(input);
    const changes = parsed(UpdateCustomer, withCeiling(rest));
    return { customer: await updateCustomer(actor, { ...changes, customer: id }) };
  }),
  disableCustomer: unary(method.disableCustomer, async ({ actor, input }) => ({
    customer: await updateCustomer(actor, { customer: named(input).id, disabled: true }),
  })),
  enableCustomer: unary(method.enableCustomer, async ({ actor, input }) => ({
    customer: await updateCustomer(actor, { customer: named(input).id, disabled: false }),
  })),
  deleteCustomer: unary(method.deleteCustomer, async ({ actor, input }) => {
    const { id, rest } = named(input);
    await deleteCustomer(actor, { customer: id, revokesKeys: rest.revokeKeys === true });
    return {};
  }),
};

/** A ceiling is a message, so that an empty one can be told from none; HTTP has its list. */
function withCeiling({ scopeCeiling, ...input }: JsonObject): JsonObject {
  if (typeof scopeCeiling !== "object" || scopeCeiling === null || Array.isArray(scopeCeiling))
    return scopeCeiling === undefined ? input : { ...input, scopeCeiling };
  return { ...input, scopeCeiling: scopeCeiling.scopes ?? [] };
}
