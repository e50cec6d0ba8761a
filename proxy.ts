import { NextResponse, type NextRequest } from "next/server";
import { portalIsSecure } from "@/lib/accounts/session/cookies";
import { contentSecurityPolicy, securityHeaders } from "@/lib/accounts/browser/security-headers";
import { env } from "@/lib/env";

/** Runs before every page: a fresh nonce, the policy that names it, and the path for who is sent to sign in. */
export function proxy(request: NextRequest): NextResponse {
  const nonce = Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString("base64");
  const secure = portalIsSecure();
  const policy = contentSecurityPolicy({ nonce, secure, development: env().NODE_ENV === "development" });
  const headers = new Headers(request.headers);
  headers.set("x-nonce", nonce);
  headers.set("x-latchkey-path", request.nextUrl.pathname + request.nextUrl.search);
  headers.set("content-security-policy", policy);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set("content-security-policy", policy);
  for (const [name, value] of Object.entries(securityHeaders({ secure }))) response.headers.set(name, value);
  return response;
}

/** Not for built files, which are the same for everyone, nor for the API, which serves no pages. */
export const config = { matcher: ["/((?!_next/static|_next/image|api/).*)", "/api/auth/:path*"] };
