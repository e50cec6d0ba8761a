import { createHash } from "node:crypto";
import { createRoute, z } from "@hono/zod-openapi";
import { answer, body } from "@/lib/api/route-parts";
import { createRouter } from "@/lib/api/router";
import { eventStreamHeaders, textStream } from "@/lib/events/stream/stream-response";
import { changeCell } from "@/lib/matrix/change-cell";
import { followMatrix, matrixEventText } from "@/lib/matrix/follow-matrix";
import { readCell } from "@/lib/matrix/read-cell";
import { readMatrix } from "@/lib/matrix/read-matrix";
import { RulesetWrite } from "@/lib/nodes/schema";
import { CellDetail, CellQuery, ChangeCell, ChangedCell, Matrix, MatrixQuery } from "@/lib/matrix/schema";

const tags = ["matrix"];

const read = createRoute({
  method: "get",
  path: "/matrix",
  tags,
  operationId: "readMatrix",
  summary: "Read a window of credentials × services, with the state and the rules of each cell",
  description:
    "Always allowed and always denied hold for every request, whatever its method, path, headers or body; limits are not counted. The answer's ETag, sent back as If-None-Match, saves reading a window that did not change.",
  request: { query: MatrixQuery, headers: z.object({ "if-none-match": z.string().max(500).optional() }) },
  responses: {
    200: answer("The window", Matrix),
    304: { description: "It is as it was" },
  },
});

const cell = createRoute({
  method: "get",
  path: "/matrix/cells",
  tags,
  operationId: "readMatrixCell",
  summary: "Read one cell with every rule that reaches it, and who attached each and when",
  request: { query: CellQuery },
  responses: { 200: answer("The cell", CellDetail) },
});

const change = createRoute({
  method: "put",
  path: "/matrix/cells",
  tags,
  operationId: "changeMatrixCell",
  summary: "Attach rules to a cell, a row or a column and detach others, in one ruleset version",
  request: { query: RulesetWrite, body: body(ChangeCell) },
  responses: { 200: answer("What changed, how the cell stands now, and how to take it back", ChangedCell) },
});

const stream = createRoute({
  method: "get",
  path: "/matrix/stream",
  tags,
  operationId: "streamMatrix",
  summary: "Hear when the matrix must be read again",
  description:
    "Server-sent events: `ruleset` ({version} that holds now; the first comes at once), `credentials` (a key, a role or a customer changed), `end` ({reason}).",
  responses: {
    200: {
      description: "Events, until the client leaves or loses its right",
      content: { "text/event-stream": { schema: z.string() } },
    },
  },
});

/** `/matrix`. */
export const matrixRoutes = createRouter()
  .openapi(read, async (c) => {
    const matrix = await readMatrix(c.var.actor, c.req.valid("query"));
    const digest = createHash("sha256").update(JSON.stringify(matrix)).digest("base64url").slice(0, 22);
    const tag = `"${digest}"`;
    c.header("etag", tag);
    if (
      c.req
        .valid("header")
        ["if-none-match"]?.split(/\s*,\s*/)
        .includes(tag) === true
    )
      return c.body(null, 304);
    return c.json(matrix, 200);
  })
  .openapi(cell, async (c) => c.json(await readCell(c.var.actor, c.req.valid("query")), 200))
  .openapi(change, async (c) =>
    c.json(await changeCell(c.var.actor, c.req.valid("json"), c.req.valid("query")), 200),
  )
  .openapi(stream, (c) => {
    const gone = new AbortController();
    c.req.raw.signal.addEventListener("abort", () => gone.abort(), { once: true });
    const events = followMatrix(c.var.actor, { authenticateAgain: c.var.callerNow, signal: gone.signal });
    return textStream(events, {
      write: matrixEventText,
      headers: eventStreamHeaders,
      incoming: c.env?.incoming,
      onGone: () => gone.abort(),
    });
  });
