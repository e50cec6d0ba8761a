import { writeMigration } from "@/lib/db/migrations/write-migration";

const name = process.argv[2];
if (name === undefined) {
  console.error("Say what the migration does: npm run db:migration -- add_customers");
  process.exit(2);
}
const directory = await writeMigration(name);
console.log(directory === null ? "The migrations already equal the schema." : `Wrote ${directory}`);
