/** Wrong secrets that may cost bcrypt in one minute: per id, and per address. */
export const failuresPerIdMax = 10;
export const failuresPerAddressMax = 30;

/** Ids and addresses remembered per minute. */
const rememberedMax = 50_000;

const windowMs = 60_000;

/**
 * Counts wrong secrets before they cost bcrypt. A wrong secret gets here only with a genuine check, that is when the
 * key of the checks leaked; then this bounds the work per id and per address, and the hash pool bounds it in all.
 */
export function createFailureLimit(now: () => number = () => Date.now()) {
  let minute = 0;
  let failures = new Map<string, number>();
  const current = () => {
    const present = Math.floor(now() / windowMs);
    if (present !== minute) {
      minute = present;
      failures = new Map();
    }
    return failures;
  };
  return {
    /** Whether another first check of this id from this address may be tried. */
    admits(id: string, address: string | null): boolean {
      const counts = current();
      if ((counts.get(`id ${id}`) ?? 0) >= failuresPerIdMax) return false;
      return address === null || (counts.get(`address ${address}`) ?? 0) < failuresPerAddressMax;
    },
    failed(id: string, address: string | null): void {
      const counts = current();
      for (const slot of address === null ? [`id ${id}`] : [`id ${id}`, `address ${address}`])
        if (counts.has(slot) || counts.size < rememberedMax) counts.set(slot, (counts.get(slot) ?? 0) + 1);
    },
  };
}
