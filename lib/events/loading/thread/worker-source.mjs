// A thread does not get the loader that reads its process's source, so it takes one of its own.
import { register } from "tsx/esm/api";

register();
await import("./worker.ts");
