import type { Server } from "node:http";
import path from "node:path";
import { systemActor } from "@/lib/api/actor";
import { hashPassword } from "@/lib/accounts/passwords/password";
import { db } from "@/lib/db/client";
import { randomBase62 } from "@/lib/db/id";
import { readDemoFile, writeDemoFile, type DemoFile } from "@/lib/demo/demo-file";
import { demoToken } from "@/lib/demo/demo-token";
import { startInvoicesApi } from "@/lib/demo/invoices-api";
import { env, gatewayUrl, portalUrl } from "@/lib/env";
import { rotateKey } from "@/lib/keys/rotate";
import { openState } from "@/lib/process/open-state";
import { startProcess, type RunningProcess } from "@/lib/process/start";
import { updateService } from "@/lib/services/update";
import { watchKeys } from "@/lib/usage/flags/watch-keys";
import { acmeAudience, acmeIss, seedIssuer } from "@/prisma/acme-issuer";
import { seedNorthwindMember } from "@/prisma/northwind-member";
import { seedAcme } from "@/prisma/seed";

/** A running demo. */
export interface RunningDemo {
  demo: DemoFile;
  running: RunningProcess;
}

/** Starts the sample API, the seeded workspace and every listener, then writes `demo.json`. */
export async function startDemo(say: (line: string) => void): Promise<RunningDemo> {
  const dataDirectory = path.resolve(env().DATA_DIR);
  await openState(env(), "own-thread");
  const known = readDemoFile(dataDirectory);
  const invoices = await openInvoices(known?.invoicesPort ?? 0);
  const demo = await seeded({ known, invoicesPort: invoices.port, say });
  const running = await startProcess(env());
  writeDemoFile(dataDirectory, demo);
  return { demo, running };
}

/** On the port of the last start where that is still free, so that curl lines of yesterday go on working. */
async function openInvoices(port: number): Promise<{ server: Server; port: number }> {
  const opened = await startInvoicesApi(port).catch(() => startInvoicesApi(0));
  opened.server.unref();
  return opened;
}

interface Seeding {
  known: DemoFile | null;
  invoicesPort: number;
  say: (line: string) => void;
}

/** What can be got into acme with. */
type Access = Pick<DemoFile, "login" | "customerLogin" | "adminKey" | "keys"> & {
  signingKey: Record<string, string>;
};

async function seeded({ known, invoicesPort, say }: Seeding): Promise<DemoFile> {
  const { signingKey, ...access } = await accessOf({ known, invoicesPort, say });
  const { login, customerLogin, adminKey, keys } = access;
  return {
    portal: portalUrl(),
    api: portalUrl(),
    gateway: gatewayUrl(),
    grpc: `http://127.0.0.1:${env().GRPC_PORT}`,
    ...{ login, customerLogin, adminKey, keys },
    issuer: {
      ...{ iss: acmeIss, audience: acmeAudience, signingKey },
      token: await demoToken(signingKey),
    },
    invoicesPort,
  };
}

async function accessOf({ known, invoicesPort, say }: Seeding): Promise<Access> {
  const workspace = await db().workspace.findUnique({ where: { slug: "acme" } });
  if (workspace === null) {
    say("Seeding the workspace acme with two weeks of history …");
    const acme = await seedAcme({ invoices: invoicesOrigin(invoicesPort) });
    await watchKeys();
    return acme;
  }
  await moveInvoices(workspace.id, invoicesPort);
  return known === null ? newSecrets(workspace.id) : { ...known, signingKey: known.issuer.signingKey };
}

const invoicesOrigin = (port: number) => `http://127.0.0.1:${port}`;

async function moveInvoices(workspaceId: string, port: number): Promise<void> {
  const service = await db().service.findUnique({
    where: { workspaceId_slug: { workspaceId, slug: "invoices" } },
  });
  if (service === null || service.upstream === invoicesOrigin(port)) return;
  await updateService(systemActor(workspaceId), service.id, { upstream: invoicesOrigin(port) });
}

/** `demo.json` is gone, so its secrets are: new ones are issued, as anyone who lost a secret would have to. */
async function newSecrets(workspaceId: string): Promise<Access> {
  const login = { email: "dana@acme.example", password: randomBase62(20) };
  await db().user.update({
    where: { email: login.email },
    data: { passwordHash: await hashPassword(login.password), sessionGeneration: { increment: 1 } },
  });
  const rows = await db().key.findMany({
    where: { workspaceId, revokedAt: null, disabledAt: null },
    orderBy: { createdAt: "asc" },
  });
  const issued: [string, string][] = [];
  for (const { id, name } of rows)
    issued.push([name, (await rotateKey(systemActor(workspaceId), { keyId: id, overlapSeconds: 0 })).secret]);
  const { "acme-admin": adminKey = "", ...keys } = Object.fromEntries(issued);
  const customerLogin = await seedNorthwindMember(workspaceId);
  return { login, customerLogin, adminKey, keys, signingKey: await seedIssuer(systemActor(workspaceId)) };
}
