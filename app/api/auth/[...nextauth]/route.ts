import NextAuth from "next-auth/next";
import type { NextRequest } from "next/server";
import { authOptions } from "@/lib/accounts/sign-in/auth-options";
import { portalUrl } from "@/lib/env";

export const dynamic = "force-dynamic";

/** next-auth builds its links from NEXTAUTH_URL alone, so the Host header says nothing here. */
async function handle(
  request: NextRequest,
  context: { params: Promise<{ nextauth: string[] }> },
): Promise<Response> {
  process.env.NEXTAUTH_URL = portalUrl();
  return NextAuth(request, context, authOptions());
}

export { handle as GET, handle as POST };
