import { beforeEach, expect, test } from "vitest";
import { isPassword } from "@/lib/accounts/passwords/password";
import { createCustomer } from "@/lib/customers/create";
import { CreateCustomer } from "@/lib/customers/schema";
import { listValues } from "@/lib/datastore/list";
import { ListValues } from "@/lib/datastore/schema";
import { db } from "@/lib/db/client";
import { demoToken } from "@/lib/demo/demo-token";
import { authenticateToken } from "@/lib/issuers/tokens/authenticate";
import { logLevels } from "@/lib/logs/schema";
import { firstBeyond } from "@/lib/scopes/grant";
import { createService } from "@/lib/services/create";
import { CreateService } from "@/lib/services/schema";
import { createTestWorkspace, type TestWorkspace } from "@/lib/testing/workspace";
import { acmeCustomers, acmeRoles, acmeScopes, acmeServices } from "@/prisma/acme";
import { seedIssuer } from "@/prisma/acme-issuer";
import { acmeKeys } from "@/prisma/acme-keys";
import { acmeLines } from "@/prisma/acme-lines";
import { seedRecords } from "@/prisma/acme-records";
import { acmeValues, northwindValues } from "@/prisma/acme-values";
import { seedNorthwindMember } from "@/prisma/northwind-member";

let workspace: TestWorkspace;

beforeEach(async () => {
  workspace = await createTestWorkspace();
});

const anywhere = { address: null };

test("every seeded key is under its customer's ceiling, and no scope is named that the workspace lacks", () => {
  const roles = new Map(acmeRoles.map(({ name, scopes }) => [name, scopes]));
  const defined = acmeScopes.map(({ name }) => name);
  for (const { input } of acmeKeys(Date.now())) {
    const grant = [...(input.scopes ?? []), ...(input.roles ?? []).flatMap((role) => roles.get(role) ?? [])];
    const customer = acmeCustomers.find(({ externalId }) => externalId === input.customer);
    expect(firstBeyond(customer?.scopeCeiling ?? ["*:*", "platform:*"], grant), input.name).toBeNull();
    const own = grant.filter((scope) => !scope.includes("*") && scope !== "invoke:services");
    expect(firstBeyond(defined, own), input.name).toBeNull();
  }
});

test("the seeded values and lines are all taken, in acme's store and in Northwind's, over its services", async () => {
  const { owner, system, workspaceId } = workspace;
  await createCustomer(system, CreateCustomer.parse({ externalId: "northwind", name: "Northwind" }));
  for (const service of acmeServices({ invoices: "http://127.0.0.1:9" }))
    await createService(system, CreateService.parse(service));
  await seedRecords(owner, Date.now());
  const { items } = await listValues(owner, ListValues.parse({ limit: 100 }));
  expect(items.map(({ key }) => key)).toEqual(acmeValues.map(({ key }) => key));
  expect(items.filter(({ expiresAt }) => expiresAt !== null).length).toBeGreaterThan(0);
  const theirs = await listValues(owner, ListValues.parse({ customer: "northwind" }));
  expect(theirs.items.map(({ key }) => key)).toEqual(northwindValues.map(({ key }) => key));
  const lines = await db().logLine.findMany({ where: { workspaceId } });
  expect(lines).toHaveLength(acmeLines.length);
  expect(new Set(lines.map(({ level }) => level)).size).toBe(logLevels.length);
  expect(new Set(lines.map(({ serviceId }) => serviceId)).size).toBe(4);
});

test("a new signing key of the issuer makes tokens that count, and those of the key before count no more", async () => {
  const [{ system, workspaceId }, old] = [workspace, await seedIssuer(workspace.system)];
  const oldToken = await demoToken(old);
  expect(await authenticateToken(workspaceId, oldToken, anywhere)).toMatchObject({
    ok: true,
    key: { scopes: ["read:invoices"] },
  });
  const newToken = await demoToken(await seedIssuer(system));
  expect(await authenticateToken(workspaceId, newToken, anywhere)).toMatchObject({ ok: true });
  expect(await authenticateToken(workspaceId, oldToken, anywhere)).toEqual({
    ok: false,
    code: "TOKEN_SIGNATURE",
  });
});

test("a customer's member gets a new password when demo.json is lost, and nobody where the customer is gone", async () => {
  const { workspaceId, system } = workspace;
  expect(await seedNorthwindMember(workspaceId)).toBeNull();
  await createCustomer(system, CreateCustomer.parse({ externalId: "northwind", name: "Northwind" }));
  const first = await seedNorthwindMember(workspaceId);
  const second = await seedNorthwindMember(workspaceId);
  const members = await db().customerMember.findMany({
    where: { workspaceId },
    include: { user: { omit: { passwordHash: false } } },
  });
  expect(members).toMatchObject([{ role: "admin", user: { email: second?.email } }]);
  const hash = members[0]?.user.passwordHash ?? null;
  expect(await isPassword(second?.password ?? "", hash)).toBe(true);
  expect(await isPassword(first?.password ?? "", hash)).toBe(false);
});
