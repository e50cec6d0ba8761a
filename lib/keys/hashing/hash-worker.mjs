import { parentPort } from "node:worker_threads";
import bcrypt from "bcryptjs";

// Plain JavaScript, so that it runs the same under node, tsx, vitest and Next.
parentPort?.on("message", ({ id, text, cost, hash }) => {
  try {
    const result = hash === null ? bcrypt.hashSync(text, cost) : bcrypt.compareSync(text, hash);
    parentPort?.postMessage({ id, result });
  } catch (error) {
    parentPort?.postMessage({ id, error: String(error) });
  }
});
