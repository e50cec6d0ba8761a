import { systemActor, type Actor, type SystemActor } from "@/lib/api/actor";
import { db } from "@/lib/db/client";
import { newId, randomBase62 } from "@/lib/db/id";
import { hashPassword } from "@/lib/accounts/passwords/password";
import { createCustomer } from "@/lib/customers/create";
import { CreateCustomer } from "@/lib/customers/schema";
import { createKey } from "@/lib/keys/create";
import { CreateKey } from "@/lib/keys/changes/schema";
import { revokeKey } from "@/lib/keys/revoke";
import { rotateKey } from "@/lib/keys/rotate";
import { updateKey } from "@/lib/keys/update";
import { createPlan } from "@/lib/plans/create";
import { CreatePlan } from "@/lib/plans/schema";
import { createRole } from "@/lib/roles/create";
import { CreateRole } from "@/lib/roles/schema";
import { createRule } from "@/lib/rules/create";
import { createService } from "@/lib/services/create";
import { CreateService } from "@/lib/services/schema";
import { acmeCustomers, acmePlans, acmeRoles, acmeRules, acmeScopes, acmeServices } from "@/prisma/acme";
import { seedIssuer } from "@/prisma/acme-issuer";
import { acmeKeys, type IssuedSeedKey } from "@/prisma/acme-keys";
import { seedRecords } from "@/prisma/acme-records";
import { seedHistory } from "@/prisma/history";
import { seedNorthwindMember, type CustomerLogin } from "@/prisma/northwind-member";

/** What the seeded workspace is used with. */
export interface SeededAcme {
  workspaceId: string;
  login: { email: string; password: string };
  adminKey: string;
  /** Secrets of the seeded keys by name. */
  keys: Record<string, string>;
  customerLogin: CustomerLogin | null;
  /** Private JWK of the issuer that acme trusts. */
  signingKey: Record<string, string>;
}

/**
 * The scenario `acme`: customers with ceilings and plans, someone of one of them, roles, keys in every state, services,
 * rules, an issuer, stored values, a day of log lines and two weeks of traffic that end in one key gone wild, made
 * through the same operations that the portal uses. `origins` are where its upstreams answer.
 */
export async function seedAcme(origins: { invoices: string }): Promise<SeededAcme> {
  const workspaceId = newId("wsp");
  const login = await seedOwner(workspaceId);
  const system = systemActor(workspaceId);
  await seedPlans(system);
  const customers = await seedCustomers(system);
  for (const role of acmeRoles) await createRole(system, CreateRole.parse(role));
  const services = await seedServices(system, origins);
  const issued = await seedKeys(system);
  await seedRules(system);
  await seedHistory({ workspaceId, services, keys: issued, customers, now: Date.now() });
  await seedRecords(writerOf(workspaceId, issued), Date.now());
  await ageAndEnd(system, issued);
  const { "acme-admin": adminKey = "", ...keys } = Object.fromEntries(
    issued.map((key) => [key.name, key.secret]),
  );
  const customerLogin = await seedNorthwindMember(workspaceId);
  const signingKey = await seedIssuer(system);
  return { workspaceId, login, adminKey, keys, customerLogin, signingKey };
}

/** The key that acme's own programs have, as a caller. */
function writerOf(workspaceId: string, issued: readonly IssuedSeedKey[]): Actor {
  const key = issued.find(({ name }) => name === "acme-admin");
  if (key === undefined) return systemActor(workspaceId);
  const { id: keyId, secretId, name, grant: scopes } = key;
  const address = "203.0.113.24";
  return { kind: "key", workspaceId, keyId, secretId, name, customerId: null, scopes, address };
}

async function seedOwner(workspaceId: string): Promise<SeededAcme["login"]> {
  const login = { email: "dana@acme.example", password: randomBase62(20) };
  const userId = newId("user");
  await db().workspace.create({ data: { id: workspaceId, slug: "acme", name: "acme" } });
  const user = await db().user.upsert({
    where: { email: login.email },
    create: {
      id: userId,
      email: login.email,
      name: "Dana",
      passwordHash: await hashPassword(login.password),
    },
    update: { passwordHash: await hashPassword(login.password) },
  });
  await db().membership.create({ data: { workspaceId, userId: user.id, role: "owner" } });
  await db().workspaceScope.createMany({ data: acmeScopes.map((scope) => ({ workspaceId, ...scope })) });
  return login;
}

async function seedPlans(system: SystemActor): Promise<void> {
  for (const plan of acmePlans) await createPlan(system, CreatePlan.parse(plan));
}

async function seedCustomers(system: SystemActor): Promise<Map<string, string>> {
  const ids = new Map<string, string>();
  for (const customer of acmeCustomers) {
    const { id, externalId } = await createCustomer(system, CreateCustomer.parse(customer));
    ids.set(externalId, id);
  }
  return ids;
}

async function seedServices(
  system: SystemActor,
  origins: { invoices: string },
): Promise<Map<string, string>> {
  const ids = new Map<string, string>();
  for (const service of acmeServices(origins)) {
    const made = await createService(system, CreateService.parse(service));
    ids.set(made.slug, made.id);
  }
  return ids;
}

async function seedKeys(system: SystemActor): Promise<IssuedSeedKey[]> {
  const issued: IssuedSeedKey[] = [];
  for (const { input, traffic, deniedShare } of acmeKeys(Date.now())) {
    const { key, secret } = await createKey(system, CreateKey.parse(input));
    const secretId = secret.slice(key.prefix.length + 1, key.prefix.length + 17);
    const { id, name, prefix, customer, environment, grant } = key;
    issued.push({ id, name, prefix, secret, secretId, customer, environment, grant, traffic, deniedShare });
  }
  return issued;
}

async function seedRules(system: SystemActor): Promise<void> {
  for (const rule of acmeRules) await createRule(system, rule);
}

/** Lets customers and keys look their age and use, then brings keys that ended or rotate into that state. */
async function ageAndEnd(system: SystemActor, issued: IssuedSeedKey[]): Promise<void> {
  const { workspaceId } = system;
  const before = (days: number) => new Date(Date.now() - days * 86_400_000);
  await db().customer.updateMany({ where: { workspaceId }, data: { createdAt: before(90) } });
  const stateByName = new Map(acmeKeys(Date.now()).map(({ input, state }) => [input.name, state]));
  const lastCalls = await db().decision.groupBy({
    by: ["credentialId"],
    where: { workspaceId },
    _max: { at: true },
  });
  const lastUsed = new Map(lastCalls.map(({ credentialId, _max }) => [credentialId, _max.at]));
  for (const [index, key] of issued.entries()) {
    const createdAt = before(15 + index * 3);
    const lastUsedAt = lastUsed.get(key.id) ?? null;
    await db().key.update({
      where: { workspaceId_id: { workspaceId, id: key.id } },
      data: { createdAt, lastUsedAt, lastUsedFrom: "203.0.113.24" },
    });
    await db().secret.updateMany({ where: { workspaceId, keyId: key.id }, data: { createdAt, lastUsedAt } });
    const state = stateByName.get(key.name);
    if (state === "revoked")
      await revokeKey(system, { keyId: key.id, reason: "Replaced by submissions-bot" });
    if (state === "disabled") await updateKey(system, { keyId: key.id, disabled: true });
    if (state === "rotating")
      key.secret = (await rotateKey(system, { keyId: key.id, overlapSeconds: 86_400 })).secret;
  }
}
