import { methods } from "@/lib/rules/catalogue";

export type Method = (typeof methods)[number];

/** The method as rules know it, or null when the gateway lets no such method through. */
export function readableMethod(text: string): Method | null {
  return methods.find((method) => method === text) ?? null;
}
