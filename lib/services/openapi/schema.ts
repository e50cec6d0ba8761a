import { z } from "zod";
import { RulesetWrite } from "@/lib/nodes/schema";
import { RequiredScopes, Service, ServiceAsRead } from "@/lib/services/schema";

/** Longest document given as YAML, in characters; a longer one is given as JSON, which is read faster. */
export const yamlLengthMax = 262_144;

/** Something of a document that required scopes do not say as it does. */
export const ImportNote = z
  .object({
    at: z.string().describe("Where in the document, e.g. GET /pets/{id}"),
    effect: z
      .enum(["stricter", "weaker", "none"])
      .describe("How what was imported compares with what the document says"),
    message: z.string(),
  })
  .meta({ id: "ImportNote" });
export type ImportNote = z.output<typeof ImportNote>;

export const ImportRequiredScopes = z
  .strictObject({
    document: z
      .union([z.record(z.string(), z.unknown()), z.string().min(1)])
      .describe("OpenAPI 3.0 or 3.1: an object, or JSON or YAML text. Nothing that it refers to is fetched"),
    basePath: z
      .enum(["none", "servers"])
      .default("none")
      .describe("servers: the paths of the document's servers stand before its own"),
    partial: z
      .boolean()
      .default(false)
      .describe("Import what can be expressed, though the document asks for more"),
    updatedAt: ServiceAsRead,
  })
  .meta({ id: "ImportRequiredScopes" });
export type ImportRequiredScopes = z.output<typeof ImportRequiredScopes>;

export const ImportQuery = RulesetWrite.extend({
  dryRun: z
    .enum(["true", "false"])
    .default("false")
    .transform((text) => text === "true")
    .describe("true: nothing is stored"),
});

export const ImportedScopes = z
  .object({
    dryRun: z.boolean(),
    operations: z.number().int().describe("Operations of the document"),
    requiredScopes: z.array(RequiredScopes).describe("They take the place of all that the service had"),
    notes: z.array(ImportNote),
    service: Service.nullable().describe("As it is now; null where nothing was stored"),
  })
  .meta({ id: "ImportedScopes" });
export type ImportedScopes = z.output<typeof ImportedScopes>;
