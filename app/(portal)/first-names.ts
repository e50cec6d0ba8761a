import type { FirstAnswer } from "@/app/(portal)/first-data";
import type { Actor } from "@/lib/api/actor";
import { names } from "@/lib/client/names";
import { listCustomers } from "@/lib/customers/read";
import { listKeys } from "@/lib/keys/reading/list";
import { ListKeys } from "@/lib/keys/reading/schema";
import { listRules } from "@/lib/rules/read";
import { listServices } from "@/lib/services/read";

const limit = 100;

/** First answers to {@link names}: no more of each thing than its name and what goes with that. */
export const firstNames = {
  credentials: (actor: Actor): FirstAnswer => ({
    queryKey: names.credentials().queryKey,
    load: async () => {
      const { items } = await listKeys(actor, ListKeys.parse({ limit, sort: "lastUsed" }));
      return { items: items.map(({ id, name }) => ({ id, name })) };
    },
  }),
  services: (actor: Actor): FirstAnswer => ({
    queryKey: names.services().queryKey,
    load: async () => {
      const { items } = await listServices(actor, { limit });
      return { items: items.map(({ id, slug }) => ({ id, slug })) };
    },
  }),
  customers: (actor: Actor): FirstAnswer => ({
    queryKey: names.customers().queryKey,
    load: async () => {
      const { items } = await listCustomers(actor, { limit });
      return { items: items.map(({ id, name }) => ({ id, name })) };
    },
  }),
  rules: (actor: Actor): FirstAnswer => ({
    queryKey: names.rules().queryKey,
    load: async () => {
      const { items } = await listRules(actor, { limit });
      return { items: items.map(({ name, attachments }) => ({ name, attachments })) };
    },
  }),
};
