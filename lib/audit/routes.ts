import { createRoute, z } from "@hono/zod-openapi";
import { createRouter } from "@/lib/api/router";
import { eraseAudit } from "@/lib/audit/erase";
import { exportAudit } from "@/lib/audit/file/export";
import {
  AuditErasure,
  AuditExport,
  AuditStanding,
  AuditVerification,
  AuditVerify,
  EraseAudit,
} from "@/lib/audit/schema";
import { readStanding } from "@/lib/audit/standing";
import { verifyAudit } from "@/lib/audit/verify";
import { exportResponse } from "@/lib/usage/export/export-usage";

/** The audit chain, under `/api/v1`. */
export const auditRoutes = createRouter();

/** Not narrowed to its letters, for which the router knows no answer but JSON's. */
const ndjson: string = "application/x-ndjson";

const json = <Schema extends z.ZodType>(schema: Schema, description: string) => ({
  200: { description, content: { "application/json": { schema } } },
});

auditRoutes.openapi(
  createRoute({
    method: "get",
    path: "/audit/head",
    operationId: "readAuditHead",
    tags: ["Audit"],
    summary: "The newest signed place of the audit chain, to be kept elsewhere",
    responses: json(AuditStanding, "Where the chain begins and ends, and how far it is signed"),
  }),
  async (c) => c.json(await readStanding(c.var.actor), 200),
);

auditRoutes.openapi(
  createRoute({
    method: "get",
    path: "/audit/verify",
    operationId: "verifyAudit",
    tags: ["Audit"],
    summary: "Verify the audit chain",
    description:
      "Reads the whole chain and locates edits, deletions, insertions, reorderings and truncations. With `position` and `hash` of a head that was kept elsewhere it also says whether that head is on the chain.",
    request: { query: AuditVerify },
    responses: json(AuditVerification, "What was found, and a signed head when nothing is wrong"),
  }),
  async (c) => c.json(await verifyAudit(c.var.actor, c.req.valid("query")), 200),
);

auditRoutes.openapi(
  createRoute({
    method: "get",
    path: "/audit/export",
    operationId: "exportAudit",
    tags: ["Audit"],
    summary: "Export the audit chain",
    description:
      "One JSON value a line: `start` with the place before the first entry, `entry`, a signed `head` after every hundredth, and `end`, which signs the whole file. `npm run audit:verify -- file` verifies it without the server.",
    request: { query: AuditExport },
    responses: {
      200: {
        description: "The trail, in the order of places",
        content: { [ndjson]: { schema: z.string() } },
      },
    },
  }),
  async (c) =>
    exportResponse(await exportAudit(c.var.actor, c.req.valid("query")), { incoming: c.env?.incoming }),
);

auditRoutes.openapi(
  createRoute({
    method: "post",
    path: "/audit/erasures",
    operationId: "eraseAudit",
    tags: ["Audit"],
    summary: "Erase what the trail says of a person",
    description:
      "Blanks actor name, address and detail of entries, chosen by their ids, who acted or from where. Their digests and places stay, so that the chain still verifies; the erasure is an entry of its own.",
    request: { body: { content: { "application/json": { schema: EraseAudit } }, required: true } },
    responses: json(AuditErasure, "How many entries were blanked, and the entries that record it"),
  }),
  async (c) => c.json(await eraseAudit(c.var.actor, c.req.valid("json")), 200),
);
