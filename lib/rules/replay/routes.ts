import { createRoute, z } from "@hono/zod-openapi";
import { answerStream } from "@/lib/api/answer-stream";
import { answer, body } from "@/lib/api/route-parts";
import { createRouter } from "@/lib/api/router";
import { Explained } from "@/lib/rules/ask/schema";
import { explainRecorded } from "@/lib/rules/replay/explain-recorded";
import { replayDecisions } from "@/lib/rules/replay/replay";
import { Replay } from "@/lib/rules/replay/schema";
import { parseRuleText } from "@/lib/rules/writing/rule-text";

/** Not narrowed to its letters, for which the router knows no answer but JSON's. */
const ndjson: string = "application/x-ndjson";

const replay = createRoute({
  method: "post",
  path: "/rules/replay",
  tags: ["rules"],
  operationId: "replay",
  summary: "Say what a draft would have changed among recorded decisions",
  description:
    'One JSON value a line: `{"type":"progress"}` while it runs, then `{"type":"result"}`, or `{"type":"error"}` when it fails midway. Leaving ends it.',
  request: { body: body(Replay) },
  responses: {
    200: {
      description: "Progress, then the result (ReplayLine)",
      content: { [ndjson]: { schema: z.string() } },
    },
  },
});

const explanation = createRoute({
  method: "get",
  path: "/decisions/{id}/explanation",
  tags: ["Decisions"],
  operationId: "explainDecision",
  summary: "Say what today's rules make of a recorded call, from what was kept of it",
  request: { params: z.object({ id: z.string().max(100) }) },
  responses: { 200: answer("What was kept, the verdict and its trace", Explained) },
});

const encoder = new TextEncoder();

/** `/rules/replay`, and one recorded decision explained. */
export const replayRoutes = createRouter().openapi(replay, async (c) => {
  parseRuleText(await c.req.text());
  const gone = new AbortController();
  c.req.raw.signal.addEventListener("abort", () => gone.abort(), { once: true });
  const lines = await replayDecisions(c.var.actor, c.req.valid("json"), {
    signal: gone.signal,
    requestId: c.var.requestId,
  });
  return c.body(
    answerStream(lines, {
      bytesOf: (line) => [encoder.encode(`${JSON.stringify(line)}\n`)],
      incoming: c.env?.incoming,
      onGone: () => gone.abort(),
    }),
    200,
    {
      "content-type": `${ndjson}; charset=utf-8`,
      "x-accel-buffering": "no",
    },
  );
});

replayRoutes.openapi(explanation, async (c) =>
  c.json(await explainRecorded(c.var.actor, c.req.valid("param").id), 200),
);
