import { memoryBus } from "@/lib/bus/memory";
import { useBus } from "@/lib/bus/bus";
import { useSecrets } from "@/lib/crypto/subkey";
import { connectDatabase, disconnectDatabase } from "@/lib/db/client";
import { createKey } from "@/lib/keys/create";
import { CreateKey } from "@/lib/keys/changes/schema";
import type { TestServer } from "@/lib/testing/servers/start-server";
import { testSecret } from "@/lib/testing/run/test-environment";
import { createTestWorkspace } from "@/lib/testing/workspace";

/** What stands behind the gateway, and more of the service's settings. */
interface Wanted {
  slug: string;
  upstream: string;
  settings?: object;
}

/** A workspace with a private service, and what a caller of it sends. */
export interface PrivateService {
  workspace: string;
  headers: Record<string, string>;
  /** One more service, under the same rule. */
  add(wanted: Wanted): Promise<void>;
}

/** A private service, a rule that allows `GET /v1/invoices/{id?}`, and a key with a limit that it never reaches. */
export async function privateService(server: TestServer, wanted: Wanted): Promise<PrivateService> {
  useSecrets({ current: testSecret, previous: [] });
  useBus(memoryBus());
  connectDatabase(server.databaseUrl, 2);
  const { system, slug } = await createTestWorkspace();
  const admin = await createKey(
    system,
    CreateKey.parse({ name: "admin", scopes: ["create:services", "create:rules"] }),
  );
  const rateLimits = [{ name: "default", algorithm: "token-bucket", limit: 100_000_000, windowSeconds: 60 }];
  const key = await createKey(
    system,
    CreateKey.parse({ name: "caller", scopes: ["read:invoices"], rateLimits }),
  );
  await disconnectDatabase();
  const add: PrivateService["add"] = async ({ settings = {}, ...service }) => {
    await post(server, { path: "/services", key: admin.secret, body: { ...service, ...settings } });
    const when = {
      method: ["GET"],
      route: "/v1/invoices/{id?}",
      credential: { scopes: { contains: "read:invoices" } },
    };
    const name = `read-${service.slug}`;
    const rule = { name, effect: "allow", when, attachments: [{ service: service.slug }] };
    await post(server, { path: "/rules", key: admin.secret, body: rule });
  };
  await add(wanted);
  return { workspace: slug, headers: { authorization: `Bearer ${key.secret}` }, add };
}

async function post(
  server: TestServer,
  { path, key, body }: { path: string; key: string; body: unknown },
): Promise<void> {
  const answer = await fetch(`${server.portal}/api/v1${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${key}` },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
}
