import { z } from "zod";
import { db, sql } from "@/lib/db/client";
import { isSubjectId } from "@/lib/issuers/format";
import { maskSecret } from "@/lib/keys/format";

const Subjects = z.array(z.object({ id: z.string(), name: z.string() }));

const subjectStatement = `
select asked.id, last.name
from unnest($2::text[]) asked(id)
cross join lateral (
  select d.credential_name as name from decision d
  where d.workspace_id = $1 and d.credential_id = asked.id and d.credential_name is not null
  order by d.at desc limit 1
) last`;

/** Subjects of JWTs, by id: named by the newest decision about each, so only as long as decisions are kept. */
async function subjectNames(workspaceId: string, ids: readonly string[]) {
  const asked = ids.filter(isSubjectId);
  if (asked.length === 0) return [];
  const { rows } = await sql().query(subjectStatement, [workspaceId, asked]);
  return Subjects.parse(rows).map((row) => ({ ...row, environment: "live" }));
}

/** Names and environments of keys and of JWTs' subjects, by id; of what is gone they are missing. */
export async function keyNames(workspaceId: string, ids: readonly string[]) {
  const keys = await db().key.findMany({
    where: { workspaceId, id: { in: [...ids] } },
    select: { id: true, name: true, environment: true },
  });
  const subjects = await subjectNames(workspaceId, ids);
  return new Map([...keys, ...subjects].map((row) => [row.id, row]));
}

/** Slugs, names and visibilities of services, by id. */
export async function serviceNames(workspaceId: string, ids: readonly string[]) {
  const rows = await db().service.findMany({
    where: { workspaceId, id: { in: [...ids] } },
    select: { id: true, slug: true, name: true, visibility: true },
  });
  return new Map(rows.map((row) => [row.id, row]));
}

/** Names and external ids of customers, by id. */
export async function customerNames(workspaceId: string, ids: readonly string[]) {
  const rows = await db().customer.findMany({
    where: { workspaceId, id: { in: [...ids] } },
    select: { id: true, name: true, externalId: true },
  });
  return new Map(rows.map((row) => [row.id, row]));
}

/** Masked values of secrets, by id. */
export async function secretNames(workspaceId: string, ids: readonly string[]) {
  const rows = await db().secret.findMany({ where: { workspaceId, id: { in: [...ids] } } });
  return new Map(rows.map((row) => [row.id, { name: maskSecret(row) }]));
}
