import { HealthImplementation } from "grpc-health-check";
import type { StandingStreams } from "@/lib/grpc/standing-streams";

/** The standard health service of one server. */
export interface Health {
  /** Says NOT_SERVING to everybody who asks or watches. */
  close(): void;
}

/** What health is about. */
interface HealthOptions {
  names: readonly string[];
  isReady: () => Promise<boolean>;
  lookEveryMs: number;
}

/**
 * Adds the standard health service. The server (the empty name) and each of `names` serve as long as `isReady`, which
 * is what `/readyz` answers; that is looked at every `lookEveryMs`.
 */
export function addHealth(
  server: Pick<StandingStreams, "addService">,
  { names, isReady, lookEveryMs }: HealthOptions,
): Health {
  const health = new HealthImplementation();
  let told: boolean | null = null;
  const tell = (ready: boolean) => {
    if (ready === told) return;
    told = ready;
    for (const name of ["", ...names]) health.setStatus(name, ready ? "SERVING" : "NOT_SERVING");
  };
  tell(true);
  health.addToServer(server);
  const timer = setInterval(() => void isReady().then((ready) => closed || tell(ready)), lookEveryMs);
  timer.unref();
  let closed = false;
  return {
    close() {
      closed = true;
      clearInterval(timer);
      tell(false);
    },
  };
}
