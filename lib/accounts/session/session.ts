import { parse } from "hono/utils/cookie";
import { decode } from "next-auth/jwt";
import { z } from "zod";
import { cookieName, workspaceCookieName } from "@/lib/accounts/session/cookies";
import { isCustomerPage, placeOf } from "@/lib/accounts/format";
import { requestAddress } from "@/lib/accounts/browser/request-address";
import { customerRoleScopes, roleScopes } from "@/lib/accounts/roles";
import { Role } from "@/lib/accounts/schema";
import type { SessionActor } from "@/lib/api/actor";
import { bus } from "@/lib/bus/bus";
import { subkeys } from "@/lib/crypto/subkey";
import { db } from "@/lib/db/client";
import { processState } from "@/lib/process/state";

/** Where a person belongs: in a workspace itself, or on one customer's side of it. */
export interface OwnPlace {
  /** The workspace's. */
  id: string;
  slug: string;
  name: string;
  role: Role;
  /** Null for a member of the workspace itself. */
  customer: { id: string; name: string; scopeCeiling: readonly string[] } | null;
}

/** A signed-in person: who they are and where they belong, workspaces first, each kind oldest first. */
export interface Session {
  userId: string;
  email: string;
  name: string;
  workspaces: readonly OwnPlace[];
}

/** What a server component knows of the person looking at it. */
export interface PortalSession {
  user: { id: string; email: string; name: string };
  workspace: { id: string; slug: string; name: string };
  /** Set for someone on a customer's side: all they see is that customer's. */
  customer: { id: string; name: string } | null;
  role: Role;
  /** What is looked at now, and everything else there is to look at; `slug` is what the choice is kept by. */
  place: { slug: string; name: string };
  workspaces: readonly { slug: string; name: string }[];
  scopes: readonly string[];
  actor: SessionActor;
}

/** What the session cookie says; `generation` is the number of {@link Person} it was issued under. */
const Claims = z.object({ sub: z.string(), generation: z.number().int() });

interface Person extends Session {
  generation: number;
}

interface Remembered {
  loadedAtMs: number;
  person: Promise<Person | null>;
}

/** How long a node may believe what it read when no other node can be heard. */
const rememberMs = 5_000;
const rememberedMax = 10_000;

/** Loads are remembered from their first moment, so one that began before a change cannot come back after it. */
const state = processState("sessions", () => ({
  people: new Map<string, Remembered>(),
  listeningTo: new WeakSet(),
}));

/** Makes this node read the person again, here and on every other node. Called after a change was committed. */
export async function sessionsChanged(userId: string): Promise<void> {
  state.people.delete(userId);
  await bus().publish({ kind: "session-changed", userId });
}

/**
 * The person whose session cookie is in a raw `Cookie` header, or null. Works outside Next. Sessions end at once on
 * this node, and within 5 s on one that hears no other, when the password changes or the person is removed.
 */
export async function readSession(cookieHeader: string | null): Promise<Session | null> {
  const token =
    cookieHeader === null ? undefined : parse(cookieHeader, cookieName("session"))[cookieName("session")];
  const claims = token === undefined ? null : await readClaims(token);
  if (claims === null) return null;
  const person = await personOf(claims.sub);
  return person !== null && person.generation === claims.generation ? person : null;
}

/**
 * The actor behind a raw `Cookie` header in the workspace asked for, else the one the person looks at, else their
 * first; null without a living session there.
 */
export async function sessionActor(
  cookieHeader: string | null,
  { workspaceSlug, address = null }: { workspaceSlug?: string | undefined; address?: string | null } = {},
): Promise<SessionActor | null> {
  const session = await readSession(cookieHeader);
  const workspace = session === null ? undefined : chooseWorkspace(session, { cookieHeader, workspaceSlug });
  return session === null || workspace === undefined ? null : actorIn(session, workspace, address);
}

/**
 * The person looking at a page of the portal. Redirects to `/sign-in` (and back, afterwards) when there is none, and
 * to `/create-workspace` when they belong nowhere. For someone on a customer's side a page of the workspace is not found.
 */
export async function requirePortalSession(): Promise<PortalSession> {
  const [{ headers }, { notFound, redirect }] = await Promise.all([
    import("next/headers"),
    import("next/navigation"),
  ]);
  const head = await headers();
  const cookieHeader = head.get("cookie");
  const path = head.get("x-latchkey-path") ?? "/";
  const session = await readSession(cookieHeader);
  if (session === null) return redirect(`/sign-in?next=${encodeURIComponent(path)}`);
  const workspace = chooseWorkspace(session, { cookieHeader });
  if (workspace === undefined) return redirect("/create-workspace");
  if (workspace.customer !== null && !isCustomerPage(path)) return notFound();
  const actor = actorIn(session, workspace, requestAddress(head));
  return {
    user: { id: session.userId, email: session.email, name: session.name },
    workspace: { id: workspace.id, slug: workspace.slug, name: workspace.name },
    customer: workspace.customer && { id: workspace.customer.id, name: workspace.customer.name },
    role: workspace.role,
    place: shownPlace(workspace),
    workspaces: session.workspaces.map(shownPlace),
    scopes: actor.scopes,
    actor,
  };
}

async function readClaims(token: string): Promise<z.output<typeof Claims> | null> {
  for (const key of subkeys("session")) {
    const payload = await decode({ token, secret: key }).catch(() => null);
    if (payload !== null) return Claims.safeParse(payload).data ?? null;
  }
  return null;
}

function chooseWorkspace(
  { workspaces }: Session,
  { cookieHeader, workspaceSlug }: { cookieHeader: string | null; workspaceSlug?: string | undefined },
): OwnPlace | undefined {
  if (workspaceSlug !== undefined) return workspaces.find(({ slug }) => slug === workspaceSlug);
  const last = parse(cookieHeader ?? "", workspaceCookieName)[workspaceCookieName];
  return workspaces.find((place) => placeSlug(place) === last) ?? workspaces[0];
}

function shownPlace(place: OwnPlace): { slug: string; name: string } {
  const { name, customer } = place;
  return { slug: placeSlug(place), name: customer === null ? name : `${customer.name} at ${name}` };
}

function placeSlug({ slug, customer }: OwnPlace): string {
  return placeOf(slug, customer?.id ?? null);
}

function actorIn(session: Session, workspace: OwnPlace, address: string | null): SessionActor {
  const { customer, role } = workspace;
  return {
    kind: "session",
    workspaceId: workspace.id,
    customerId: customer?.id ?? null,
    userId: session.userId,
    email: session.email,
    role,
    scopes: customer === null ? roleScopes(role) : customerRoleScopes(role, customer.scopeCeiling),
    address,
  };
}

function personOf(userId: string): Promise<Person | null> {
  listen();
  const known = state.people.get(userId);
  if (known !== undefined && Date.now() - known.loadedAtMs < rememberMs) return known.person;
  if (state.people.size >= rememberedMax) state.people.clear();
  const remembered = { loadedAtMs: Date.now(), person: loadPerson(userId) };
  state.people.set(userId, remembered);
  remembered.person.catch(() => {
    if (state.people.get(userId) === remembered) state.people.delete(userId);
  });
  return remembered.person;
}

function listen(): void {
  const current = bus();
  if (state.listeningTo.has(current)) return;
  state.listeningTo.add(current);
  current.subscribe((message) => {
    if (message.kind === "session-changed") state.people.delete(message.userId);
  });
}

async function loadPerson(userId: string): Promise<Person | null> {
  const user = await db().user.findUnique({
    where: { id: userId },
    include: {
      memberships: { include: { workspace: true }, orderBy: { createdAt: "asc" } },
      customerMemberships: {
        where: { customer: { disabledAt: null } },
        include: { workspace: true, customer: true },
        orderBy: { createdAt: "asc" },
      },
    },
  });
  if (user === null) return null;
  return {
    userId,
    email: user.email,
    name: user.name,
    generation: user.sessionGeneration,
    workspaces: [
      ...user.memberships.map((membership) => placeIn({ ...membership, customer: null })),
      ...user.customerMemberships.map(placeIn),
    ],
  };
}

function placeIn({
  role,
  workspace: { id, slug, name },
  customer,
}: {
  role: string;
  workspace: { id: string; slug: string; name: string };
  customer: OwnPlace["customer"];
}): OwnPlace {
  return {
    id,
    slug,
    name,
    role: Role.parse(role),
    customer: customer && { id: customer.id, name: customer.name, scopeCeiling: customer.scopeCeiling },
  };
}
