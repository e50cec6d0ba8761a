import { createRoute, z } from "@hono/zod-openapi";
import {
  invite,
  listInvitations,
  resendInvitation,
  revokeInvitation,
} from "@/lib/accounts/members/invitations";
import { listMembers, readMember, removeMember, updateMember } from "@/lib/accounts/members/members";
import {
  Invitation,
  Invite,
  Member,
  SentInvitation,
  UpdateMember,
  UpdateWorkspace,
  Workspace,
} from "@/lib/accounts/schema";
import { readWorkspace, updateWorkspace } from "@/lib/accounts/workspace";
import { answer, body } from "@/lib/api/route-parts";
import { createRouter } from "@/lib/api/router";
import { pageOf, PageQuery } from "@/lib/lists/schema";

/** `/workspace`, `/members` and `/members/invitations`. */
export const memberRoutes = createRouter();

const MemberPage = pageOf(Member).meta({ id: "MemberPage" });
const InvitationPage = pageOf(Invitation).meta({ id: "InvitationPage" });
const ofMember = { params: z.object({ userId: z.string().max(100) }) };
const ofInvitation = { params: z.object({ id: z.string().max(100) }) };
const nothing = { 204: { description: "Done" } };

memberRoutes.openapi(
  createRoute({
    tags: ["Workspace"],
    method: "get",
    path: "/workspace",
    operationId: "readWorkspace",
    summary: "Read the workspace",
    responses: { 200: answer("The workspace", Workspace) },
  }),
  async (c) => c.json(await readWorkspace(c.var.actor), 200),
);

memberRoutes.openapi(
  createRoute({
    tags: ["Workspace"],
    method: "patch",
    path: "/workspace",
    operationId: "updateWorkspace",
    summary: "Change its name, key prefix and the origins of portal sessions",
    request: { body: body(UpdateWorkspace) },
    responses: { 200: answer("The workspace", Workspace) },
  }),
  async (c) => c.json(await updateWorkspace(c.var.actor, c.req.valid("json")), 200),
);

memberRoutes.openapi(
  createRoute({
    tags: ["Members"],
    method: "get",
    path: "/members/invitations",
    operationId: "listInvitations",
    summary: "List pending invitations",
    request: { query: PageQuery },
    responses: { 200: answer("Pending invitations", InvitationPage) },
  }),
  async (c) => c.json(await listInvitations(c.var.actor, c.req.valid("query")), 200),
);

memberRoutes.openapi(
  createRoute({
    tags: ["Members"],
    method: "post",
    path: "/members/invitations",
    operationId: "inviteMember",
    summary: "Invite someone by email",
    request: { body: body(Invite) },
    responses: { 201: answer("The invitation; its link only when it was not mailed", SentInvitation) },
  }),
  async (c) => c.json(await invite(c.var.actor, c.req.valid("json")), 201),
);

memberRoutes.openapi(
  createRoute({
    tags: ["Members"],
    method: "post",
    path: "/members/invitations/{id}/resend",
    operationId: "resendInvitation",
    summary: "Send an invitation again, with a new link",
    request: ofInvitation,
    responses: { 200: answer("The invitation; its link only when it was not mailed", SentInvitation) },
  }),
  async (c) => c.json(await resendInvitation(c.var.actor, c.req.valid("param").id), 200),
);

memberRoutes.openapi(
  createRoute({
    tags: ["Members"],
    method: "delete",
    path: "/members/invitations/{id}",
    operationId: "withdrawInvitation",
    summary: "Take an invitation back",
    request: ofInvitation,
    responses: nothing,
  }),
  async (c) => {
    await revokeInvitation(c.var.actor, c.req.valid("param").id);
    return c.body(null, 204);
  },
);

memberRoutes.openapi(
  createRoute({
    tags: ["Members"],
    method: "get",
    path: "/members",
    operationId: "listMembers",
    summary: "List members",
    request: { query: PageQuery },
    responses: { 200: answer("Members", MemberPage) },
  }),
  async (c) => c.json(await listMembers(c.var.actor, c.req.valid("query")), 200),
);

memberRoutes.openapi(
  createRoute({
    tags: ["Members"],
    method: "get",
    path: "/members/{userId}",
    operationId: "readMember",
    summary: "Read a member",
    request: ofMember,
    responses: { 200: answer("The member", Member) },
  }),
  async (c) => c.json(await readMember(c.var.actor, c.req.valid("param").userId), 200),
);

memberRoutes.openapi(
  createRoute({
    tags: ["Members"],
    method: "patch",
    path: "/members/{userId}",
    operationId: "updateMember",
    summary: "Give a member another role",
    request: { ...ofMember, body: body(UpdateMember) },
    responses: { 200: answer("The member", Member) },
  }),
  async (c) => c.json(await updateMember(c.var.actor, c.req.valid("param").userId, c.req.valid("json")), 200),
);

memberRoutes.openapi(
  createRoute({
    tags: ["Members"],
    method: "delete",
    path: "/members/{userId}",
    operationId: "removeMember",
    summary: "Remove a member, which ends all their sessions",
    request: ofMember,
    responses: nothing,
  }),
  async (c) => {
    await removeMember(c.var.actor, c.req.valid("param").userId);
    return c.body(null, 204);
  },
);
