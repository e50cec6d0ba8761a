import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import { pathOf, request, requestNothing } from "@/lib/client/request/request";
import type { ImportedScopes, ImportRequiredScopes } from "@/lib/services/openapi/schema";
import type { CreateService, Service, UpdateService } from "@/lib/services/schema";
import type { TestCall, TestCallAnswer } from "@/lib/services/upstream/schema";

/** How a list of services is narrowed. */
interface ServiceFilters {
  q?: string;
  cursor?: string;
  limit?: number;
}

const schemas = () => import("@/lib/services/schema");

async function servicePage() {
  const [{ pageOf }, { Service: service }] = await Promise.all([import("@/lib/lists/schema"), schemas()]);
  return pageOf(service);
}

export const services = {
  all: ["services"] as const,
  list: (filters: ServiceFilters = {}) =>
    queryOptions({
      queryKey: [...services.all, "list", filters] as const,
      queryFn: ({ signal }) => request(servicePage, { path: "/services", query: { ...filters }, signal }),
    }),
  detail: (id: string) =>
    queryOptions({
      queryKey: [...services.all, "detail", id] as const,
      queryFn: ({ signal }) =>
        request(async () => (await schemas()).Service, { path: pathOf`/services/${id}`, signal }),
    }),
};

/** Refused as a conflict where the slug is taken. */
export function createService(input: z.input<typeof CreateService>): Promise<Service> {
  return request(async () => (await schemas()).Service, { method: "POST", path: "/services", body: input });
}

/** What is left out stays. */
export function updateService({
  id,
  ...change
}: { id: string } & z.input<typeof UpdateService>): Promise<Service> {
  return request(async () => (await schemas()).Service, {
    method: "PATCH",
    path: pathOf`/services/${id}`,
    body: change,
  });
}

/** What an OpenAPI document's security requirements come to as required scopes. Nothing is stored. */
export function previewScopes({
  id,
  ...input
}: { id: string } & z.input<typeof ImportRequiredScopes>): Promise<ImportedScopes> {
  return request(async () => (await import("@/lib/services/openapi/schema")).ImportedScopes, {
    method: "POST",
    path: pathOf`/services/${id}/required-scopes/import`,
    query: { dryRun: true },
    body: input,
  });
}

/** Takes a service from the gateway for good. */
export function removeService(id: string): Promise<void> {
  return requestNothing({ method: "DELETE", path: pathOf`/services/${id}` });
}

/** Calls the service's upstream once, from the server. */
export function testService({
  id,
  ...call
}: { id: string } & z.input<typeof TestCall>): Promise<TestCallAnswer> {
  return request(async () => (await import("@/lib/services/upstream/schema")).TestCallAnswer, {
    method: "POST",
    path: pathOf`/services/${id}/test`,
    body: call,
  });
}
