import { state } from "@/lib/events/recording/recorder";

/**
 * Whether what killed processes left in this node's spools is stored by now; waits for it at most `timeoutMs`. True
 * where nothing is recorded.
 */
export function inheritedStored(timeoutMs: number): Promise<boolean> {
  const { recorder } = state;
  if (recorder === null || recorder.inherited === 0) return Promise.resolve(true);
  const { awaitInherited } = recorder;
  return new Promise((resolve) => {
    const timer = setTimeout(() => end(false), timeoutMs);
    const tell = () => end(true);
    awaitInherited.add(tell);
    function end(stored: boolean) {
      clearTimeout(timer);
      awaitInherited.delete(tell);
      resolve(stored);
    }
  });
}
