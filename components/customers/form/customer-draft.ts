import type { z } from "zod";
import { fieldErrors, type FieldErrors, type FieldPlaces } from "@/components/forms/field-errors";
import { changedMembers, readJson } from "@/components/forms/json-text";
import type { ReadDraft } from "@/components/forms/use-draft-form";
import {
  emptyLimits,
  limitsDraftOf,
  type LimitsDraft,
  limitsOf,
  unreadableLimits,
  wholeOf,
} from "@/components/keys/form/limits-draft";
import { CreateCustomer, type Customer, UpdateCustomer } from "@/lib/customers/schema";

/** A customer as it is typed. */
export interface CustomerDraft extends LimitsDraft {
  name: string;
  externalId: string;
  /** Name, or empty for none. */
  plan: string;
  /** Empty means any number. */
  keyCountMax: string;
  scopeCeiling: readonly string[];
  /** JSON. */
  metadata: string;
}

/** Where the API's refusals are shown. */
export const customerPlaces: FieldPlaces = {
  fields: {
    name: "name",
    externalId: "externalId",
    plan: "plan",
    keyCountMax: "keyCountMax",
    scopeCeiling: "scopeCeiling",
    metadata: "metadata",
    rateLimits: "rateLimits",
    quotas: "quotaMonth",
  },
  entries: { rateLimits: "Limit", scopeCeiling: "Scope" },
  conflict: "externalId",
};

/** The form of a customer that exists, or of one to be made. */
export function customerDraftOf(customer: Customer | null): CustomerDraft {
  if (customer === null)
    return {
      name: "",
      externalId: "",
      plan: "",
      keyCountMax: "",
      scopeCeiling: ["*:*"],
      metadata: "",
      ...emptyLimits,
    };
  return {
    name: customer.name,
    externalId: customer.externalId,
    plan: customer.plan ?? "",
    keyCountMax: customer.keyCountMax === null ? "" : String(customer.keyCountMax),
    scopeCeiling: customer.scopeCeiling,
    metadata: metadataText(customer.metadata),
    ...limitsDraftOf(customer),
  };
}

/** Metadata as it is edited: empty when there is none. */
function metadataText(metadata: Readonly<Record<string, unknown>>): string {
  return Object.keys(metadata).length === 0 ? "" : JSON.stringify(metadata, null, 2);
}

function unreadable(draft: CustomerDraft): FieldErrors {
  const metadata = readJson(draft.metadata);
  const isNoCount = draft.keyCountMax.trim() !== "" && wholeOf(draft.keyCountMax) === undefined;
  return {
    ...unreadableLimits(draft),
    ...("error" in metadata && { metadata: metadata.error }),
    ...(isNoCount && { keyCountMax: "Must be a whole number such as 25." }),
  };
}

function candidateOf(draft: CustomerDraft) {
  const metadata = readJson(draft.metadata);
  return {
    name: draft.name,
    externalId: draft.externalId,
    plan: draft.plan === "" ? null : draft.plan,
    keyCountMax: wholeOf(draft.keyCountMax) ?? null,
    scopeCeiling: draft.scopeCeiling,
    metadata: "value" in metadata ? metadata.value : {},
    ...limitsOf(draft),
  };
}

/** Reads a new customer by the API's own schema. */
export function readNewCustomer(draft: CustomerDraft): ReadDraft<z.output<typeof CreateCustomer>> {
  const early = unreadable(draft);
  const parsed = CreateCustomer.safeParse(candidateOf(draft));
  if (parsed.success && Object.keys(early).length === 0) return { input: parsed.data };
  return {
    errors: { ...(parsed.success ? {} : fieldErrors(parsed.error.issues, customerPlaces)), ...early },
  };
}

/** Reads what was changed of a customer; null when nothing was. */
export function readCustomerChange(
  draft: CustomerDraft,
  customer: Customer,
): ReadDraft<z.output<typeof UpdateCustomer>> {
  const early = unreadable(draft);
  const parsed = UpdateCustomer.safeParse(candidateOf(draft));
  if (!parsed.success || Object.keys(early).length > 0)
    return {
      errors: { ...(parsed.success ? {} : fieldErrors(parsed.error.issues, customerPlaces)), ...early },
    };
  const changed = changedMembers(parsed.data, customer);
  return { input: changed === null ? null : UpdateCustomer.parse(changed) };
}
