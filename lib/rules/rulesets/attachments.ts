import { Problem, type FieldError } from "@/lib/api/problem";
import type { db, Tx } from "@/lib/db/client";
import type { ResolvedAttachment } from "@/lib/rules/verdict/ruleset";
import type { Attachment } from "@/lib/rules/schema";

type Reader = Tx | ReturnType<typeof db>;

/**
 * Finds what attachments name: services by id or slug, credentials by id or by the name of a key that is not revoked.
 * Doubles count once. Throws `invalid` with every place that names nothing, or more than one key; `path` is the list
 * they stand in, null where one stands as the body itself.
 */
export async function resolveAttachments(
  tx: Reader,
  workspaceId: string,
  { attachments, path }: { attachments: readonly Attachment[]; path: string | null },
): Promise<ResolvedAttachment[]> {
  const services = await serviceIds(tx, workspaceId, named(attachments, "service"));
  const keys = await keyIds(tx, workspaceId, named(attachments, "credential"));
  const errors: FieldError[] = [];
  const one = (found: readonly string[] | undefined, at: string, what: string): string | null => {
    const [id, another] = found ?? [];
    if (id === undefined) errors.push({ path: at, message: `there is no such ${what}` });
    if (another !== undefined)
      errors.push({ path: at, message: `more than one ${what} has that name; use its id` });
    return id ?? null;
  };
  const resolved = attachments.map(({ service, credential }, index) => {
    const at = path === null ? "" : `${path}.${index}.`;
    return {
      serviceId: service === undefined ? null : one(services.get(service), `${at}service`, "service"),
      keyId: credential === undefined ? null : one(keys.get(credential), `${at}credential`, "credential"),
    };
  });
  if (errors.length > 0)
    throw new Problem("invalid", "Some fields are not valid.", { errors: errors.slice(0, 50) });
  return withoutDoubles(resolved);
}

/** Two attachments are the same place. */
export function samePlace(one: ResolvedAttachment, other: ResolvedAttachment): boolean {
  return one.serviceId === other.serviceId && one.keyId === other.keyId;
}

export function withoutDoubles(attachments: readonly ResolvedAttachment[]): ResolvedAttachment[] {
  const byPlace = new Map(
    attachments.map((place) => [`${place.serviceId ?? ""} ${place.keyId ?? ""}`, place]),
  );
  return [...byPlace.values()];
}

function named(attachments: readonly Attachment[], what: "service" | "credential"): string[] {
  return [...new Set(attachments.flatMap((attachment) => attachment[what] ?? []))];
}

async function serviceIds(tx: Reader, workspaceId: string, names: string[]): Promise<Map<string, string[]>> {
  if (names.length === 0) return new Map();
  const rows = await tx.service.findMany({
    where: { workspaceId, OR: [{ id: { in: names } }, { slug: { in: names } }] },
    select: { id: true, slug: true },
  });
  const found = new Map(rows.map(({ id, slug }) => [slug, [id]]));
  for (const { id } of rows) found.set(id, [id]);
  return found;
}

async function keyIds(tx: Reader, workspaceId: string, names: string[]): Promise<Map<string, string[]>> {
  if (names.length === 0) return new Map();
  const rows = await tx.key.findMany({
    where: { workspaceId, OR: [{ id: { in: names } }, { name: { in: names }, revokedAt: null }] },
    select: { id: true, name: true, revokedAt: true },
  });
  const found = new Map<string, string[]>();
  for (const { id, name, revokedAt } of rows)
    if (revokedAt === null) found.set(name, [...(found.get(name) ?? []), id]);
  for (const { id } of rows) found.set(id, [id]);
  return found;
}
