import { readFile } from "node:fs/promises";

/** This service's key as it is now: read for every call, so a rotation needs no restart. */
export async function ownKey(): Promise<string> {
  return (await readFile(process.env.KEY_FILE ?? "", "utf8")).trim();
}

/** A call to another service in this service's own name. */
export async function callService(address: string, init: RequestInit = {}): Promise<Response> {
  const headers = { ...init.headers, authorization: `Bearer ${await ownKey()}` };
  const answer = await fetch(address, { ...init, headers, signal: AbortSignal.timeout(10_000) });
  if (!answer.ok) throw new Error(`${address} answered ${answer.status} ${await answer.text()}`);
  return answer;
}
