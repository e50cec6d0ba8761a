import { Problem } from "@/lib/api/problem";

/** How each of several calls ended: `ok`, or the kind of its refusal, counted. */
export async function outcomes(calls: readonly Promise<unknown>[]): Promise<Record<string, number>> {
  const counted: Record<string, number> = {};
  for (const settled of await Promise.allSettled(calls)) {
    const reason: unknown = settled.status === "rejected" ? settled.reason : null;
    const word = reason === null ? "ok" : reason instanceof Problem ? reason.kind : String(reason);
    counted[word] = (counted[word] ?? 0) + 1;
  }
  return counted;
}
