// Loaded into a process before its own code: SIGUSR2 sets its clock to CLOCK_BEFORE_HOUR_MS before an hour's end.
import { performance } from "node:perf_hooks";

const hourMs = 3_600_000;
const beforeMs = Number(process.env.CLOCK_BEFORE_HOUR_MS ?? 5_000);
const RealDate = Date;
const realNow = Date.now;
const realOrigin = performance.timeOrigin;
let offsetMs = 0;

globalThis.Date = class extends RealDate {
  constructor(...given) {
    if (given.length === 0) super(realNow() + offsetMs);
    else super(...given);
  }

  static now() {
    return realNow() + offsetMs;
  }
};
Object.defineProperty(performance, "timeOrigin", { get: () => realOrigin + offsetMs });
process.on("SIGUSR2", () => {
  // The hour that ended last, so that nothing is later than the clocks of the database and of whoever asks.
  offsetMs = Math.floor(realNow() / hourMs) * hourMs - beforeMs - realNow();
});
