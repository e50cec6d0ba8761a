import type { z } from "zod";
import type {
  AcceptInvitation,
  ChangePassword,
  CreateWorkspace,
  ForgotPassword,
  NewWorkspace,
  ResetPassword,
  SignedIn,
  SignUp,
} from "@/lib/accounts/schema";
import { request, requestNothing } from "@/lib/client/request/request";

const schemas = () => import("@/lib/accounts/schema");

/** Signs in by password; the session arrives as a cookie. Answers why not, in a sentence, or null. */
export async function signInByPassword(given: { email: string; password: string }): Promise<string | null> {
  const { signIn } = await import("next-auth/react");
  const answer = await signIn("credentials", { ...given, redirect: false });
  if (answer?.ok === true) return null;
  const reason = answer?.error ?? null;
  return reason === null || reason === "CredentialsSignin" ? "Email or password is wrong." : reason;
}

/** Leaves for GitHub or Google, and comes back to `next`. */
export async function signInBy(provider: "github" | "google", next: string): Promise<void> {
  const { signIn } = await import("next-auth/react");
  await signIn(provider, { callbackUrl: next });
}

/** Makes an account and signs it in; the session arrives as a cookie. */
export function signUp(input: z.input<typeof SignUp>): Promise<SignedIn> {
  return request(async () => (await schemas()).SignedIn, {
    method: "POST",
    path: "/account/sign-up",
    body: input,
  });
}

/** Makes a workspace of which the caller is the owner. */
export function createWorkspace(input: z.input<typeof CreateWorkspace>): Promise<NewWorkspace> {
  return request(async () => (await schemas()).NewWorkspace, {
    method: "POST",
    path: "/account/workspaces",
    body: input,
  });
}

/** Mails a link to set a new password; answers the same whether or not there is such an account. */
export function askForReset(input: z.input<typeof ForgotPassword>): Promise<void> {
  return requestNothing({ method: "POST", path: "/account/forgot", body: input });
}

/** Sets a new password by the token of the mailed link, which is good once. */
export function resetPassword(input: z.input<typeof ResetPassword>): Promise<void> {
  return requestNothing({ method: "POST", path: "/account/reset", body: input });
}

/** Changes the signed-in person's own password. */
export function changePassword(input: z.input<typeof ChangePassword>): Promise<void> {
  return requestNothing({ method: "POST", path: "/account/password", body: input });
}

/** Joins by the token of an invitation, with a new account where there is none, and signs in. */
export function acceptInvitation(input: z.input<typeof AcceptInvitation>): Promise<SignedIn> {
  return request(async () => (await schemas()).SignedIn, {
    method: "POST",
    path: "/account/invitations/accept",
    body: input,
  });
}
