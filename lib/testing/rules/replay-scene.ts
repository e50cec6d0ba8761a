import type { Actor } from "@/lib/api/actor";
import { insertBatch } from "@/lib/events/loading/batch/insert-batch";
import type { DecisionRecord } from "@/lib/events/schema";
import type { Question } from "@/lib/rules/language/question";
import { decisionInput } from "@/lib/rules/replay/kept/input";
import { replayDecisions } from "@/lib/rules/replay/replay";
import { Replay, type ReplayLine, type ReplayResult } from "@/lib/rules/replay/schema";
import { createService } from "@/lib/services/create";
import { CreateService } from "@/lib/services/schema";
import { decisionRecord } from "@/lib/testing/decision-record";
import { issueKey } from "@/lib/testing/issue-key";
import { testService } from "@/lib/testing/rules/ruleset";
import { createTestWorkspace, type TestWorkspace } from "@/lib/testing/workspace";

const hourMs = 3_600_000;

/** When the calls of a scene are made, and the window that holds them: lately, or retention would take them away. */
export const sceneAtMs = Math.floor(Date.now() / hourMs) * hourMs - 12 * hourMs;
export const sceneWindow = {
  from: new Date(sceneAtMs - 6 * hourMs).toISOString(),
  to: new Date(sceneAtMs + 6 * hourMs).toISOString(),
};

/** A workspace with an open service, a key that may read, and calls of the past. */
export interface ReplayScene {
  workspace: TestWorkspace;
  serviceId: string;
  key: { id: string; name: string };
  /** A call as it was recorded, of the key on the service. */
  call(given?: Partial<DecisionRecord>): DecisionRecord;
  store(calls: readonly DecisionRecord[]): Promise<unknown>;
  start(input: object, by?: { actor?: Actor; signal?: AbortSignal }): Promise<AsyncGenerator<ReplayLine>>;
  /** Throws when the last line is none. */
  resultOf(input: object): Promise<ReplayResult>;
}

export async function replayScene(): Promise<ReplayScene> {
  const workspace = await createTestWorkspace();
  const service = await createService(
    workspace.owner,
    CreateService.parse({ slug: "payments", upstream: "http://127.0.0.1:9", defaultVerdict: "allow" }),
  );
  const { key } = await issueKey(workspace.owner, { name: "ada", scopes: ["read:payments"] });
  const start: ReplayScene["start"] = (input, by = {}) =>
    replayDecisions(by.actor ?? workspace.owner, Replay.parse({ ...sceneWindow, ...input }), {
      signal: by.signal ?? new AbortController().signal,
      requestId: "req_test",
    });
  return {
    workspace,
    serviceId: service.id,
    key,
    call: (given = {}) =>
      decisionRecord(workspace.workspaceId, {
        atMs: sceneAtMs,
        credential: { id: key.id, secretId: "s1", name: key.name, prefix: "lk_live", customerId: null },
        service: { id: service.id, slug: "payments" },
        rules: [],
        reason: "DEFAULT_ALLOW",
        input: "{}",
        ...given,
      }),
    store: insertBatch,
    start,
    async resultOf(input) {
      let last: ReplayLine | null = null;
      for await (const line of await start(input)) last = line;
      if (last?.type !== "result") throw new Error(`no result: ${JSON.stringify(last)}`);
      return last;
    },
  };
}

/** What is kept of a question that is given in parts. */
export function inputOf(given: Partial<Question>): { input?: string } {
  const input = decisionInput({
    credential: null,
    service: testService("payments"),
    method: "GET",
    path: "/",
    segments: [],
    address: "203.0.113.7",
    ...given,
  });
  return input === undefined ? {} : { input };
}
