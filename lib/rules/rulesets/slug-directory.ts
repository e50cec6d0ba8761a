import type { WorkspaceState } from "@/lib/rules/rulesets/load";

/** Which workspace a slug names. Unknown slugs are asked for in batches, so a flood of them is one query at a time. */
interface SlugDirectory {
  /** The workspace's id, null for a slug known to name none, undefined when it must be looked up. */
  known(slug: string): string | null | undefined;
  find(slug: string): Promise<string | null>;
  learn(workspace: { id: string; slug: string }): void;
  /** Something was made: what was unknown may exist now. */
  forgetUnknown(): void;
}

/** How long a slug that names nothing is remembered, and how many of them. */
const unknownMs = 1_000;
const unknownMax = 10_000;
const slugGrammar = /^[a-z0-9-]{1,63}$/;

export function createSlugDirectory(outside: {
  findWorkspaces(slugs: readonly string[]): Promise<WorkspaceState[]>;
  now(): number;
}): SlugDirectory {
  const ids = new Map<string, string>();
  const slugs = new Map<string, string>();
  const unknownUntil = new Map<string, number>();
  let waiting = new Set<string>();
  let lookup: Promise<Map<string, string>> | null = null;
  let next: Promise<Map<string, string>> | null = null;

  function learn({ id, slug }: { id: string; slug: string }): void {
    const before = slugs.get(id);
    if (before !== undefined && before !== slug && ids.get(before) === id) ids.delete(before);
    slugs.set(id, slug);
    ids.set(slug, id);
    unknownUntil.delete(slug);
  }

  async function lookUpWaiting(): Promise<Map<string, string>> {
    await lookup?.catch(() => undefined);
    const asked = [...waiting];
    waiting = new Set();
    lookup = next;
    next = null;
    const found = await outside.findWorkspaces(asked);
    for (const workspace of found) learn(workspace);
    if (unknownUntil.size > unknownMax) unknownUntil.clear();
    for (const slug of asked) if (!ids.has(slug)) unknownUntil.set(slug, outside.now() + unknownMs);
    return new Map(found.map(({ slug, id }) => [slug, id]));
  }

  return {
    known(slug) {
      const id = ids.get(slug);
      if (id !== undefined) return id;
      if (!slugGrammar.test(slug)) return null;
      return (unknownUntil.get(slug) ?? 0) > outside.now() ? null : undefined;
    },
    async find(slug) {
      waiting.add(slug);
      next ??= lookUpWaiting();
      return (await next).get(slug) ?? null;
    },
    learn,
    forgetUnknown: () => unknownUntil.clear(),
  };
}
