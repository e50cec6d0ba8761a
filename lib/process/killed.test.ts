import { expect, onTestFinished, test, vi } from "vitest";
import { driveLoad, mixedCallers, noCalls } from "@/lib/testing/recorded/load";
import { prepareScene } from "@/lib/testing/recorded/scene";
import { allStored, expectRecordedOnce } from "@/lib/testing/recorded/stored";
import { removeData, startServer } from "@/lib/testing/servers/start-server";

/** A longer run is asked for by hand. */
const rounds = Number(process.env.KILL_ROUNDS ?? 2);

test("what was answered before kill -9 is in decisions, usage and events, exactly once, streamed answers and role checks too", async () => {
  let server = await startServer({ mount: "server", environment: { LISTEN: "api,gateway" } });
  onTestFinished(async () => {
    await server.stop();
    removeData(server);
  });
  const scene = await prepareScene(server);
  const callers = mixedCallers(scene, { key: "subject", secret: scene.subject, pauseMs: 0 });
  const noted = noCalls();
  for (let round = 0; round < rounds; round += 1) {
    const [before, cutBefore] = [noted.recorded.size, noted.cut.length];
    const driving = driveLoad(server, callers, { noted, over: () => noted.cut.length > cutBefore });
    await vi.waitFor(() => expect(noted.recorded.size).toBeGreaterThan(before + 60), { timeout: 30_000 });
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 1_000));
    await server.stop("SIGKILL");
    await driving;
    server = await startServer({
      mount: "server",
      dataDirectory: server.dataDirectory,
      environment: { LISTEN: "api,gateway" },
    });
  }
  await allStored(server);
  const counts = await expectRecordedOnce(server, scene, noted);
  expect(noted.refused).toEqual([]);
  expect(noted.recorded.size).toBeGreaterThan(rounds * 60);
  expect(noted.cut.length).toBeGreaterThan(0);
  const verified = [...noted.recorded.values()].filter(({ asked }) => asked === "verify").length;
  process.stdout.write(
    `${rounds} rounds: ${noted.recorded.size} answers read, ${noted.cut.length} cut off; ${counts.decisions} decisions, ` +
      `${counts.usage} in usage, ${counts.events} events of calls, ${counts.checks} of role checks (${verified} verifications answered)\n`,
  );
}, 600_000);
