import type { z } from "zod";
import { ProblemError, unreachable } from "@/lib/client/request/problem-error";
import { send } from "@/lib/client/request/request";
import { ReplayLine, type Replay, type ReplayResult } from "@/lib/rules/replay/schema";

/** How far a replay is. */
export type ReplayProgress = Extract<ReplayLine, { type: "progress" }>;

/** Runs a replay and reads its lines as they come. Throws {@link ProblemError}; an abort passes as it is. */
export async function readReplay(
  asked: z.input<typeof Replay>,
  { signal, onProgress }: { signal: AbortSignal; onProgress: (progress: ReplayProgress) => void },
): Promise<ReplayResult> {
  const call = { method: "POST", path: "/rules/replay", body: asked, signal } as const;
  const response = await send(call, { accept: "application/x-ndjson" });
  const requestId = response.headers.get("x-request-id");
  if (response.body === null) throw unreachable();
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const part = await reader.read().catch((error: unknown) => {
      if (signal.aborted) throw error;
      throw unreachable();
    });
    const lines = (rest + (part.value ?? "")).split("\n");
    rest = lines.pop() ?? "";
    for (const text of lines) {
      const line = ReplayLine.parse(JSON.parse(text));
      if (line.type === "result") return line;
      if (line.type === "progress") onProgress(line);
      else throw failed(line, requestId);
    }
    if (part.done) throw unreachable();
  }
}

function failed({ problem }: Extract<ReplayLine, { type: "error" }>, requestId: string | null): ProblemError {
  const { type, title, status, detail = title } = problem;
  return new ProblemError({ kind: type.slice(type.lastIndexOf("/") + 1), title, detail, status, requestId });
}
