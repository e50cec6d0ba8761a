import { evilCases, outcomeOf } from "@/lib/testing/rules/evil-rules";

for (const one of evilCases) process.stdout.write(`${JSON.stringify([one.says, outcomeOf(one)])}\n`);
