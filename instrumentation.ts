/** Next calls this once per server, before the first page; under `server.ts` everything is open already. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const [{ openState }, { env }] = await Promise.all([
    import("@/lib/process/open-state"),
    import("@/lib/env"),
  ]);
  await openState(env(), "this-thread");
}
