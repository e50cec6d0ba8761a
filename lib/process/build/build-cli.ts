import { buildPortal } from "@/lib/process/build/build";

/** `npm run build`. */
buildPortal(process.cwd(), "inherit");
