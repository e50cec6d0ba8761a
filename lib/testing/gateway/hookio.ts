import sdk from "hook.io-sdk";
import { inject } from "vitest";

/** The gateway under test, which serves hook.io's addresses. Throws under the Next mount, which has none. */
export function hookioOrigin(): string {
  const origin = inject("gatewayOrigin");
  if (origin === null) throw new Error("This mount has no gateway.");
  return origin;
}

/** hook.io's own client, with a key or without. */
export function hookioClient(key: string | null) {
  const { hostname: host, port } = new URL(hookioOrigin());
  const credential = key === null ? {} : { hook_private_key: key };
  return sdk.createClient({ host, port, protocol: "http://", promises: true, ...credential });
}

/** Asks one of hook.io's addresses as curl would: what is sent and what comes back, without a client's opinion. */
export async function askHookio(
  path: string,
  { key, method = "POST", body }: { key?: string; method?: string; body?: object | string } = {},
): Promise<{ status: number; body: unknown; text: string }> {
  const response = await fetch(new URL(path, hookioOrigin()), {
    method,
    headers: {
      ...(key === undefined ? {} : { hook_private_key: key }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, text, body: parsed(text) };
}

function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return text;
  }
}
