declare global {
  var __latchkey: Record<string, { value: unknown }> | undefined;
}

/**
 * One value per process under `name`, made on first use. Next bundles `lib/` for pages apart from `server.ts`,
 * so a module-level variable would exist twice; this one hangs on `globalThis`.
 */
export function processState<T>(name: string, create: () => T): T {
  const all = (globalThis.__latchkey ??= {});
  const slot = (all[name] ??= { value: create() });
  return asMade<T>(slot);
}

/** The one cast of this kind: a slot is only ever written by the `create` that its name belongs to. */
function asMade<T>(slot: { value: unknown }): T {
  // eslint-disable-next-line @typescript-eslint/consistent-type-assertions
  return slot.value as T;
}
