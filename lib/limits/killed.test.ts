import { expect, inject, onTestFinished, test } from "vitest";
import { issueKey } from "@/lib/testing/issue-key";
import { removeData, startServer } from "@/lib/testing/servers/start-server";
import { createTestWorkspace } from "@/lib/testing/workspace";

const sold = 300;

test("what a killed process let through is not sold again by the next one", async () => {
  const start = (dataDirectory: string | undefined) =>
    startServer({
      mount: "server",
      databaseUrl: inject("databaseUrl"),
      environment: { LISTEN: "api", REDIS_URL: "" },
      ...(dataDirectory === undefined ? {} : { dataDirectory }),
    });
  let server = await start(undefined);
  onTestFinished(async () => {
    await server.stop();
    removeData(server);
  });
  const { system } = await createTestWorkspace();
  const caller = (await issueKey(system, { scopes: ["verify:keys"] })).secret;
  const { secret } = await issueKey(system, { quotas: [{ limit: sold, per: "month" }] });
  const verify = async () => {
    const answer = await fetch(`${server.portal}/api/v1/keys/verify`, {
      method: "POST",
      headers: { authorization: `Bearer ${caller}`, "content-type": "application/json" },
      body: JSON.stringify({ key: secret }),
    });
    return (await answer.json()).code;
  };
  const codes = await Promise.all(Array.from({ length: sold }, verify));
  await server.stop("SIGKILL");
  expect(codes.filter((code) => code === "VALID")).toHaveLength(sold);
  server = await start(server.dataDirectory);
  expect(await verify()).toBe("QUOTA_EXCEEDED");
}, 60_000);
