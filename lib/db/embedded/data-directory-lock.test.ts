import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { DataDirectoryInUse, lockDataDirectory } from "@/lib/db/embedded/data-directory-lock";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(path.join(os.tmpdir(), "latchkey-lock-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

test("a directory that another living process holds is refused with its pid and a way on", async () => {
  const code = `import("./lib/db/embedded/data-directory-lock.ts").then((m) => { m.lockDataDirectory(process.argv[1]); console.log("held"); setInterval(() => {}, 1000); })`;
  const holder = spawn(process.execPath, ["--import", "tsx", "-e", code, directory], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(holder.stdout, "data");
  expect(() => lockDataDirectory(directory)).toThrow(DataDirectoryInUse);
  expect(() => lockDataDirectory(directory)).toThrow(
    new RegExp(`in use by process ${holder.pid}.*DATA_DIR.*DATABASE_URL`),
  );
  holder.kill("SIGKILL");
  await once(holder, "exit");
  const unlock = lockDataDirectory(directory);
  unlock();
});

test("a lock left by a killed process is taken over, also when its pid lives on as another program", () => {
  writeFileSync(path.join(directory, "latchkey.lock"), JSON.stringify({ pid: process.ppid, startedAt: "1" }));
  const unlock = lockDataDirectory(directory);
  expect(JSON.parse(readFileSync(path.join(directory, "latchkey.lock"), "utf8")).pid).toBe(process.pid);
  unlock();
});

test("a torn lock file does not keep the directory closed for ever", () => {
  writeFileSync(path.join(directory, "latchkey.lock"), '{"pid":');
  lockDataDirectory(directory)();
});

test("the same process cannot open one directory twice", () => {
  const unlock = lockDataDirectory(directory);
  expect(() => lockDataDirectory(directory)).toThrow(DataDirectoryInUse);
  unlock();
});

test.runIf(process.platform === "linux")(
  "a killed process that nobody has waited for holds nothing",
  async () => {
    const take = `import("./lib/db/embedded/data-directory-lock.ts").then((m) => { m.lockDataDirectory(process.argv[1]); process.kill(process.pid, "SIGKILL"); })`;
    // The shell becomes `sleep` without ever waiting for its child.
    const script = `"$0" --import tsx -e '${take}' "$1" & echo $!; exec sleep 30`;
    const parent = spawn("sh", ["-c", script, process.execPath, directory], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const pid = Number(String(await once(parent.stdout, "data")).trim());
    const state = () => readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.[0];
    await expect.poll(state, { timeout: 20_000 }).toBe("Z");
    lockDataDirectory(directory)();
    parent.kill("SIGKILL");
  },
);
