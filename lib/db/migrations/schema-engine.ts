import { readFileSync, readdirSync, existsSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { PrismaPg } from "@prisma/adapter-pg";
import {
  bindMigrationAwareSqlAdapterFactory,
  ColumnTypeEnum,
  isDriverAdapterError,
} from "@prisma/driver-adapter-utils";
import * as bindings from "@prisma/schema-engine-wasm/schema_engine_bg";
import { processState } from "@/lib/process/state";

const prismaDirectory = () => path.join(process.cwd(), "prisma");

/** Everything in every schema; nothing is kept out of a migration. */
const filters = { externalTables: [], externalEnums: [] };

/** What the schema file says today. */
export function readSchema() {
  const file = path.join(prismaDirectory(), "schema.prisma");
  return { files: [{ path: file, content: readFileSync(file, "utf8") }] };
}

/** Names of the migrations that this code knows, oldest first. */
export function migrationNames(): string[] {
  const directory = path.join(prismaDirectory(), "migrations");
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

function readMigrations() {
  const baseDir = path.join(prismaDirectory(), "migrations");
  return {
    baseDir,
    lockfile: { path: "migration_lock.toml", content: 'provider = "postgresql"\n' },
    shadowDbInitScript: "",
    migrationDirectories: migrationNames().map((name) => ({
      path: name,
      migrationFile: {
        path: "migration.sql",
        content: {
          tag: "ok" as const,
          value: readFileSync(path.join(baseDir, name, "migration.sql"), "utf8"),
        },
      },
    })),
  };
}

/** Applies pending migrations to the database at `url`; answers the names applied. */
export async function applyMigrations(url: string): Promise<string[]> {
  const engine = await openEngine({ url, shadowUrl: null });
  const { appliedMigrationNames } = await engine.applyMigrations({
    migrationsList: readMigrations(),
    filters,
  });
  return appliedMigrationNames;
}

/** SQL that leads from the migrations to the schema file, or null when they agree. Both databases must be empty. */
export async function diffMigrationsAndSchema(databases: {
  url: string;
  shadowUrl: string;
}): Promise<string | null> {
  const engine = await openEngine(databases);
  const { exitCode, stdout } = await engine.diff({
    from: { tag: "migrations", ...readMigrations() },
    to: { tag: "schemaDatamodel", ...readSchema() },
    script: true,
    exitCode: true,
    filters,
  });
  return exitCode === 0 ? null : stdout;
}

async function openEngine({ url, shadowUrl }: { url: string; shadowUrl: string | null }) {
  await loadWasm();
  const factory = new PrismaPg({ connectionString: url });
  const shadow = new PrismaPg({ connectionString: shadowUrl ?? url });
  const { files } = readSchema();
  return bindings.SchemaEngine.new(
    { datamodels: files.map((file): [string, string] => [file.path, file.content]) },
    () => undefined,
    bindMigrationAwareSqlAdapterFactory({
      provider: factory.provider,
      adapterName: factory.adapterName,
      connect: async () => mended(await factory.connect()),
      connectToShadowDb: async () => mended(await shadow.connect()),
    }),
  );
}

type Adapter = Awaited<ReturnType<PrismaPg["connect"]>>;

function mended(adapter: Adapter): Adapter {
  return runningScriptsWhole(readingCharAsText(adapter));
}

/** The adapter cuts a script at every semicolon, those inside a function's body too. Whole, it also stands or falls as one. */
function runningScriptsWhole(adapter: Adapter): Adapter {
  adapter.executeScript = async (script) => void (await adapter.underlyingDriver().query(script));
  return adapter;
}

/** PostgreSQL's internal `"char"`, which the engine asks for while describing a schema and the adapter cannot read. */
const charTypeId = 18;

function readingCharAsText(adapter: Adapter): Adapter {
  const readRaw = adapter.queryRaw.bind(adapter);
  adapter.queryRaw = async (query) => {
    try {
      return await readRaw(query);
    } catch (error) {
      if (!isDriverAdapterError(error) || error.cause.kind !== "UnsupportedNativeDataType") throw error;
      const inner = query.sql.trim().replace(/;$/, "");
      const { fields } = await adapter
        .underlyingDriver()
        .query(`SELECT * FROM (${inner}) AS q LIMIT 0`, query.args);
      const isChar = fields.map((field) => field.dataTypeID === charTypeId);
      const columns = fields.map(
        ({ name }, index) => `"${name}"${isChar[index] === true ? `::text AS "${name}"` : ""}`,
      );
      const result = await readRaw({ ...query, sql: `SELECT ${columns.join(", ")} FROM (${inner}) AS q` });
      const columnTypes = result.columnTypes.map((type, index) =>
        isChar[index] === true ? ColumnTypeEnum.Character : type,
      );
      return { ...result, columnTypes };
    }
  };
  return adapter;
}

const wasm = processState<{ loaded: Promise<void> | null }>("schema-engine-wasm", () => ({ loaded: null }));

/** The package's entry imports the wasm file as a module, which Node cannot; so it is loaded by hand. */
function loadWasm(): Promise<void> {
  return (wasm.loaded ??= instantiate());
}

async function instantiate(): Promise<void> {
  const file = createRequire(path.join(process.cwd(), "package.json"))
    .resolve("@prisma/schema-engine-wasm/schema_engine_bg")
    .replace(/\.js$/, ".wasm");
  const module = await WebAssembly.compile(readFileSync(file));
  const instance = await WebAssembly.instantiate(module, { "./schema_engine_bg.js": { ...bindings } });
  const exported: Record<string, unknown> = instance.exports;
  if (!("__wbg_set_wasm" in bindings) || typeof bindings.__wbg_set_wasm !== "function")
    throw new Error("@prisma/schema-engine-wasm has another shape than expected");
  bindings.__wbg_set_wasm(exported);
  if (typeof exported.__wbindgen_start === "function") exported.__wbindgen_start();
}
