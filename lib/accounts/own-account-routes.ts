import { createRoute } from "@hono/zod-openapi";
import type { Context } from "hono";
import { serialize } from "hono/utils/cookie";
import { acceptInvitation } from "@/lib/accounts/members/accept-invitation";
import { changePassword } from "@/lib/accounts/passwords/change-password";
import { cookieOptions, workspaceCookieName } from "@/lib/accounts/session/cookies";
import { placeOf } from "@/lib/accounts/format";
import { createWorkspace } from "@/lib/accounts/sign-up/create-workspace";
import { issueSession, sessionSeconds } from "@/lib/accounts/sign-in/issue-session";
import { refuseForeignPage, requireSameOrigin } from "@/lib/accounts/browser/origin";
import { forgotPassword, resetPassword } from "@/lib/accounts/passwords/reset-password";
import {
  AcceptInvitation,
  ChangePassword,
  CreateWorkspace,
  ForgotPassword,
  Message,
  NewWorkspace,
  ResetPassword,
  SignedIn,
  SignUp,
} from "@/lib/accounts/schema";
import { readSession, type Session } from "@/lib/accounts/session/session";
import type { SignedInUser } from "@/lib/accounts/sign-in/sign-in";
import { signUp } from "@/lib/accounts/sign-up/sign-up";
import { Problem } from "@/lib/api/problem";
import { body } from "@/lib/api/route-parts";
import { createRouter, type ApiEnv } from "@/lib/api/router";

/** `/account/*`: what people do with their own account. Known by session cookie or by nothing, never by a key. */
export const ownAccountRoutes = createRouter();

const nothing = { description: "Done" };
const open = { tags: ["Account"], security: [] };

ownAccountRoutes.openapi(
  createRoute({
    ...open,
    method: "post",
    path: "/account/sign-up",
    operationId: "signUp",
    summary: "Make an account and its workspace",
    request: { body: body(SignUp) },
    responses: {
      201: { description: "Signed in by cookie", content: { "application/json": { schema: SignedIn } } },
    },
  }),
  async (c) => {
    refuseForeignPage(c.req.raw);
    const { user, workspace } = await signUp(c.req.valid("json"), c.var.address);
    await signBrowserIn(c, user);
    showWorkspace(c, workspace.slug);
    return c.json({ userId: user.id, email: user.email, workspace }, 201);
  },
);

ownAccountRoutes.openapi(
  createRoute({
    ...open,
    method: "post",
    path: "/account/workspaces",
    operationId: "createWorkspace",
    summary: "Make a further workspace",
    request: { body: body(CreateWorkspace) },
    responses: {
      201: { description: "The workspace", content: { "application/json": { schema: NewWorkspace } } },
    },
  }),
  async (c) => {
    const workspace = await createWorkspace(await signedIn(c), c.req.valid("json"), c.var.address);
    showWorkspace(c, workspace.slug);
    return c.json(workspace, 201);
  },
);

ownAccountRoutes.openapi(
  createRoute({
    ...open,
    method: "post",
    path: "/account/forgot",
    operationId: "askForPasswordReset",
    summary: "Have a link mailed that sets a new password",
    request: { body: body(ForgotPassword) },
    responses: {
      202: { description: "The same for any address", content: { "application/json": { schema: Message } } },
    },
  }),
  async (c) => {
    await forgotPassword(c.req.valid("json"), c.var.address);
    return c.json(
      { message: "If that address has an account, a link is on its way to it. It works for 60 min." },
      202,
    );
  },
);

ownAccountRoutes.openapi(
  createRoute({
    ...open,
    method: "post",
    path: "/account/reset",
    operationId: "resetPassword",
    summary: "Set a new password by a mailed token",
    request: { body: body(ResetPassword) },
    responses: { 204: nothing },
  }),
  async (c) => {
    await resetPassword(c.req.valid("json"), c.var.address);
    return c.body(null, 204);
  },
);

ownAccountRoutes.openapi(
  createRoute({
    ...open,
    method: "post",
    path: "/account/password",
    operationId: "changePassword",
    summary: "Change one's own password, which ends all other sessions",
    request: { body: body(ChangePassword) },
    responses: { 204: nothing },
  }),
  async (c) => {
    const user = await changePassword(await signedIn(c), c.req.valid("json"), c.var.address);
    await signBrowserIn(c, user);
    return c.body(null, 204);
  },
);

ownAccountRoutes.openapi(
  createRoute({
    ...open,
    method: "post",
    path: "/account/invitations/accept",
    operationId: "acceptInvitation",
    summary: "Accept an invitation, as the person signed in or with a new account",
    request: { body: body(AcceptInvitation) },
    responses: {
      201: { description: "Signed in by cookie", content: { "application/json": { schema: SignedIn } } },
    },
  }),
  async (c) => {
    const session = await readSession(c.req.header("cookie") ?? null);
    if (session === null) refuseForeignPage(c.req.raw);
    else requireSameOrigin(c.req.raw);
    const accepted = await acceptInvitation(session, c.req.valid("json"), c.var.address);
    const { user, workspace, customerId } = accepted;
    const { sessionGeneration } = user;
    if (sessionGeneration !== null) await signBrowserIn(c, { ...user, sessionGeneration });
    showWorkspace(c, placeOf(workspace.slug, customerId));
    return c.json({ userId: user.id, email: user.email, workspace }, 201);
  },
);

async function signedIn(c: Context<ApiEnv>): Promise<Session> {
  const session = await readSession(c.req.header("cookie") ?? null);
  if (session === null) throw new Problem("unauthorized", "Sign in first.");
  requireSameOrigin(c.req.raw);
  return session;
}

async function signBrowserIn(
  c: Context<ApiEnv>,
  user: Pick<SignedInUser, "id" | "email" | "sessionGeneration">,
): Promise<void> {
  for (const cookie of await issueSession(user)) c.header("set-cookie", cookie, { append: true });
}

/** The portal opens with this workspace next time. */
function showWorkspace(c: Context<ApiEnv>, slug: string): void {
  const cookie = serialize(workspaceCookieName, slug, { ...cookieOptions(), maxAge: sessionSeconds });
  c.header("set-cookie", cookie, { append: true });
}
