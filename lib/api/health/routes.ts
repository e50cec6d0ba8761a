import { metricsContentType, metricsText } from "@/lib/api/health/metrics-text";
import { readHealth } from "@/lib/api/health/read-health";
import { createRouter } from "@/lib/api/router";

/** `/healthz`: the process answers. `/readyz`: it can do its work, with what keeps it from it. `/metrics`: the same as numbers. */
export const healthRoutes = createRouter();

healthRoutes.get("/healthz", (c) => c.json({ status: "ok" }));

healthRoutes.get("/readyz", async (c) => {
  const health = await readHealth();
  const isReady = health.database && health.refusesCalls === null;
  return c.json({ status: isReady ? "ready" : "not ready", ...health }, isReady ? 200 : 503);
});

healthRoutes.get("/metrics", async (c) => {
  const { user, system } = process.cpuUsage();
  const text = metricsText(await readHealth(), {
    memoryBytes: process.memoryUsage.rss(),
    cpuSeconds: (user + system) / 1_000_000,
  });
  return c.body(text, 200, { "content-type": metricsContentType });
});
