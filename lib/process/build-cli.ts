import { buildPortal } from "@/lib/process/build";

/** `npm run build`. */
buildPortal(process.cwd(), "inherit");
