import { processState } from "@/lib/process/state";

/** Request header in which the portal's listener hands the caller's address to Next. */
export const addressHeader = "x-latchkey-address";

const state = processState("request-address", () => ({ listenerWritesIt: false }));

/** Called by the listener that writes {@link addressHeader} over whatever a client sent under that name. */
export function trustAddressHeader(): void {
  state.listenerWritesIt = true;
}

/** The caller's address inside Next; null when Next runs without our listener, so that nobody can make one up. */
export function requestAddress(headers: { get(name: string): string | null }): string | null {
  return state.listenerWritesIt ? headers.get(addressHeader) || null : null;
}
