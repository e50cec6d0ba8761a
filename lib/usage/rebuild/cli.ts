import path from "node:path";
import { parseArgs } from "node:util";
import { z } from "zod";
import { connectDatabase, db } from "@/lib/db/client";
import { DataDirectoryInUse } from "@/lib/db/embedded/data-directory-lock";
import { embeddedUrl } from "@/lib/db/embedded/embedded";
import { closeDatabase, openDatabase } from "@/lib/db/open";
import { env } from "@/lib/env";
import { rebuildUsage } from "@/lib/usage/rebuild/rebuild";

/** `npm run usage:rebuild -- --from 2026-11-01 --to 2026-11-30 [--workspace acme] [--source decisions|minutes|hours]`. */
const Options = z.strictObject({
  from: z.iso.date("must be a day such as 2026-11-01").transform((day) => Date.parse(day)),
  to: z.iso.date("must be a day such as 2026-11-30").transform((day) => Date.parse(day) + 86_400_000),
  workspace: z.string().optional(),
  source: z.enum(["decisions", "minutes", "hours"]).optional(),
});

const usage =
  "npm run usage:rebuild -- --from <day> --to <day> [--workspace <slug>] [--source decisions|minutes|hours]";

async function main(): Promise<void> {
  const text = { type: "string" } as const;
  const { values } = parseArgs({ options: { from: text, to: text, workspace: text, source: text } });
  const options = Options.safeParse(values);
  if (!options.success) {
    const lines = options.error.issues.map((issue) => `--${issue.path.join(".")} ${issue.message}`);
    console.error(`${lines.join("\n")}\n${usage}`);
    process.exitCode = 2;
    return;
  }
  await openWherever();
  try {
    await rebuildAll(options.data);
  } finally {
    await closeDatabase();
  }
}

/** A running server has the embedded database open; then this joins it there. */
async function openWherever(): Promise<void> {
  try {
    await openDatabase(env());
  } catch (error) {
    if (!(error instanceof DataDirectoryInUse)) throw error;
    connectDatabase(embeddedUrl(path.resolve(env().DATA_DIR)), 2);
  }
}

async function rebuildAll({ from, to, workspace, source }: z.output<typeof Options>): Promise<void> {
  const workspaces = await db().workspace.findMany({
    where: workspace === undefined ? {} : { slug: workspace },
    select: { id: true, slug: true },
    orderBy: { slug: "asc" },
  });
  if (workspaces.length === 0) {
    console.error(`There is no workspace ${workspace ?? ""}.`);
    process.exitCode = 1;
  }
  for (const { id, slug } of workspaces) {
    const { days } = await rebuildUsage(id, { fromMs: from, toMs: to, source });
    for (const { day, from: made } of days) console.log(`${slug} ${day} from ${made}`);
  }
}

await main();
