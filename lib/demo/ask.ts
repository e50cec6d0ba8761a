import type { DemoFile } from "@/lib/demo/demo-file";

/** One line of the check: what was tried, whether it held, and what came back. */
export interface Step {
  name: string;
  held: boolean;
  saw: string;
  /** Id of the decision that the call left. */
  decision?: string;
  /** The rule or reason that the decision must name. */
  expectRule?: string;
}

/** What came back: the body is empty where it was no JSON object. */
export interface Answer {
  status: number;
  /** Looked into by name; everything missing fails the step. */
  body: Record<string, unknown>;
  decision: string | null;
}

/** Id of the key in an answer of `POST /keys` or of a rotation; empty where there is none. */
export function keyId(answer: Answer): string {
  const { key } = answer.body;
  return typeof key === "object" && key !== null && "id" in key ? String(key.id) : "";
}

export function text(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

/** A step that holds when the status is the expected one and a decision was left. */
export function step(name: string, answer: Answer, expected: { status: number; rule?: string }): Step {
  return {
    name,
    held: answer.status === expected.status && answer.decision !== null,
    saw: `${answer.status}${answer.decision === null ? ", no decision id" : ""}`,
    ...(answer.decision === null ? {} : { decision: answer.decision }),
    ...(expected.rule === undefined ? {} : { expectRule: expected.rule }),
  };
}

/** Calls a service through the gateway. */
export function gateway(
  demo: DemoFile,
  call: { path: string; key: string | null; method?: string },
): Promise<Answer> {
  return ask(`${demo.gateway}${call.path}`, {
    method: call.method ?? "GET",
    headers: call.key === null ? {} : { authorization: `Bearer ${call.key}` },
  });
}

/** Calls the API with the admin key or another bearer token. */
export function api(
  demo: DemoFile,
  call: { method: string; path: string; body?: unknown; token?: string },
): Promise<Answer> {
  return ask(`${demo.api}/api/v1${call.path}`, {
    method: call.method,
    headers: {
      authorization: `Bearer ${call.token ?? demo.adminKey}`,
      ...(call.body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
  });
}

async function ask(url: string, init: RequestInit): Promise<Answer> {
  const response = await fetch(url, init);
  const body: unknown = await response.json().catch(() => null);
  return {
    status: response.status,
    body: typeof body === "object" && body !== null ? { ...body } : {},
    decision: response.headers.get("x-latchkey-decision"),
  };
}
