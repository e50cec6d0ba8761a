import { expect, type Page } from "@playwright/test";
import { test } from "@/e2e/fixtures";
import { routes, visitOf } from "@/e2e/every-page/visits";

const bytesMax = 200_000;

/** Bytes on the wire of every script that a page fetched by itself, and how many scripts those were. */
async function scriptsOf(page: Page): Promise<{ count: number; bytes: number }> {
  return page.evaluate(() => {
    const scripts = performance
      .getEntriesByType("resource")
      .filter((entry) => entry instanceof PerformanceResourceTiming)
      .filter(({ name }) => new URL(name).pathname.endsWith(".js"));
    return {
      count: scripts.length,
      bytes: scripts.reduce((sum, { transferSize }) => sum + transferSize, 0),
    };
  });
}

for (const route of routes.filter((one) => !one.startsWith("/styleguide")))
  test(`${route} loads at most 200 kB of script, compressed, before anyone touches it`, async ({
    page,
    context,
  }) => {
    const address = await visitOf(route)(page);
    const cache = await context.newCDPSession(page);
    await cache.send("Network.clearBrowserCache");
    const plain: string[] = [];
    page.on("response", (answer) => {
      const script = new URL(answer.url()).pathname.endsWith(".js");
      if (script && answer.headers()["content-encoding"] !== "br") plain.push(answer.url());
    });
    await page.goto(address);
    await page.waitForLoadState("load");
    // Chunks that a part asks for once it is there count too; a live page is never idle, so this waits for quiet.
    let before = { count: 0, bytes: 0 };
    await expect(async () => {
      const now = await scriptsOf(page);
      const quiet = now.count === before.count;
      before = now;
      expect(quiet).toBe(true);
    }).toPass({ intervals: [1_500] });
    const { count, bytes } = before;
    process.stdout.write(`${route}: ${(bytes / 1000).toFixed(1)} kB in ${count} scripts\n`);
    expect(plain, "scripts that came without Brotli").toEqual([]);
    expect(count).toBeGreaterThan(0);
    expect(bytes).toBeLessThanOrEqual(bytesMax);
  });
