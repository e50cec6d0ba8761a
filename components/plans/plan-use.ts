import type { Plan } from "@/lib/plans/schema";

/** `3 keys and 2 customers`; empty when nothing names it. */
export function planUse({ keyCount, customerCount }: Plan): string {
  const part = (count: number, noun: string) =>
    count === 0 ? [] : [`${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`];
  return [...part(keyCount, "key"), ...part(customerCount, "customer")].join(" and ");
}
