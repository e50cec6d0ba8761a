import { parseArgs } from "node:util";
import { verifyFile } from "@/lib/audit/file/verify-file";

const usage = `Usage: npm run audit:verify -- <file> [--key <public key>] [--head <place>:<hash>]

Verifies an export of the audit trail without the server.
  --key   public key that must have signed it, as /api/v1/audit/verify tells it (SubjectPublicKeyInfo in Base64)
  --head  a place and its hash that were kept elsewhere; it must be on the chain
Exits 0 when the trail is as it was written, 1 when it is not, 2 when it could not be read.`;

const headShape = /^(\d{1,15}):([0-9a-f]{64})$/;

function readArguments(): { file: string; key: string | undefined; head: string | undefined } | null {
  try {
    const options = { key: { type: "string" }, head: { type: "string" } } as const;
    const { positionals, values } = parseArgs({ allowPositionals: true, options });
    const [file] = positionals;
    if (file === undefined || positionals.length > 1) return null;
    if (values.head !== undefined && !headShape.test(values.head)) return null;
    return { file, key: values.key, head: values.head };
  } catch {
    return null;
  }
}

async function main(): Promise<number> {
  const given = readArguments();
  if (given === null) {
    console.error(usage);
    return 2;
  }
  const [, position, hash] = headShape.exec(given.head ?? "") ?? [];
  const head = hash === undefined ? undefined : { position: Number(position), hash };
  const found = await verifyFile(given.file, { publicKey: given.key, head });
  const places = `places ${found.after.position + 1} to ${found.last.position}`;
  const span = found.entries === 0 ? "no entries" : `${found.entries} entries, ${places}`;
  for (const { position: first, until, kind, id, message } of found.problems) {
    const where = first === until ? `place ${first}` : `places ${first} to ${until}`;
    console.log(`${where}${id === null ? "" : ` (${id})`}: ${kind}. ${message}`);
  }
  for (const note of found.notes) console.log(note);
  console.log(found.ok ? `The chain holds: ${span}.` : `The chain does not hold: ${span}.`);
  if (found.last.hash !== "") console.log(`Head ${found.last.position}:${found.last.hash}`);
  return found.ok ? 0 : 1;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 2;
  },
);
