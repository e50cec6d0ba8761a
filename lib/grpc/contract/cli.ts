import { checkContract, writeContract } from "@/lib/grpc/contract/contract";

/** `npm run check:proto`, and `npm run proto` which writes what that compares with. */
const complaints = process.argv.includes("--write") ? writeContract(".") : checkContract(".");
for (const complaint of complaints) console.error(complaint);
process.exitCode = complaints.length === 0 ? 0 : 1;
