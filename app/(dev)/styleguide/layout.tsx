import { notFound } from "next/navigation";
import type { ReactNode } from "react";
import { connection } from "next/server";

/** Every part in every state: in development, and elsewhere only where it is asked for. */
export default async function StyleGuideLayout({ children }: { children: ReactNode }) {
  await connection();
  if (process.env.NODE_ENV === "production" && process.env["LATCHKEY_STYLEGUIDE"] !== "on") notFound();
  return children;
}
