import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import type {
  Invite,
  Member,
  SentInvitation,
  UpdateMember,
  UpdateWorkspace,
  Workspace,
} from "@/lib/accounts/schema";
import { pathOf, request, requestNothing } from "@/lib/client/request/request";

const schemas = () => import("@/lib/accounts/schema");
const lists = () => import("@/lib/lists/schema");

async function memberPage() {
  const [{ pageOf }, { Member: member }] = await Promise.all([lists(), schemas()]);
  return pageOf(member);
}

async function invitationPage() {
  const [{ pageOf }, { Invitation: invitation }] = await Promise.all([lists(), schemas()]);
  return pageOf(invitation);
}

export const members = {
  all: ["members"] as const,
  list: () =>
    queryOptions({
      queryKey: [...members.all, "list"] as const,
      queryFn: ({ signal }) => request(memberPage, { path: "/members", query: { limit: 100 }, signal }),
    }),
  invitations: () =>
    queryOptions({
      queryKey: [...members.all, "invitations"] as const,
      queryFn: ({ signal }) =>
        request(invitationPage, { path: "/members/invitations", query: { limit: 100 }, signal }),
    }),
};

export const workspace = {
  all: ["workspace"] as const,
  current: () =>
    queryOptions({
      queryKey: workspace.all,
      queryFn: ({ signal }) =>
        request(async () => (await schemas()).Workspace, { path: "/workspace", signal }),
      staleTime: 60_000,
    }),
};

/** Mails an invitation to the workspace, or to the side of one of its customers. */
export function inviteMember(input: z.input<typeof Invite>): Promise<SentInvitation> {
  return request(async () => (await schemas()).SentInvitation, {
    method: "POST",
    path: "/members/invitations",
    body: input,
  });
}

/** Mails the invitation again with a new link; the old link stops working. */
export function resendInvitation(id: string): Promise<SentInvitation> {
  return request(async () => (await schemas()).SentInvitation, {
    method: "POST",
    path: pathOf`/members/invitations/${id}/resend`,
  });
}

/** The link that was mailed stops working. */
export function withdrawInvitation(id: string): Promise<void> {
  return requestNothing({ method: "DELETE", path: pathOf`/members/invitations/${id}` });
}

/** Gives a member another role, at once in every session of theirs. */
export function updateMember({
  userId,
  ...change
}: { userId: string } & z.input<typeof UpdateMember>): Promise<Member> {
  return request(async () => (await schemas()).Member, {
    method: "PATCH",
    path: pathOf`/members/${userId}`,
    body: change,
  });
}

/** Takes someone out of the workspace, at once. */
export function removeMember(userId: string): Promise<void> {
  return requestNothing({ method: "DELETE", path: pathOf`/members/${userId}` });
}

/** What is left out stays. */
export function updateWorkspace(input: z.input<typeof UpdateWorkspace>): Promise<Workspace> {
  return request(async () => (await schemas()).Workspace, {
    method: "PATCH",
    path: "/workspace",
    body: input,
  });
}
