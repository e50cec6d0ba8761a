import { evilCases, outcomeOf } from "@/lib/testing/evil-rules";

for (const one of evilCases) process.stdout.write(`${JSON.stringify([one.says, outcomeOf(one)])}\n`);
