import { env, type Environment } from "@/lib/env";

/** Changes this process's environment for one test; call what it answers to have it back. */
export function changeEnvironment(changes: {
  [Name in keyof Environment]?: Environment[Name] | undefined;
}): () => void {
  const current: Partial<Environment> = env();
  const names = Object.keys(changes);
  const before = Object.fromEntries(Object.entries(current).filter(([name]) => names.includes(name)));
  const absent = Object.fromEntries(names.map((name) => [name, undefined]));
  Object.assign(current, changes);
  return () => Object.assign(current, absent, before);
}
