import { queryOptions } from "@tanstack/react-query";
import type { z } from "zod";
import {
  Invitation,
  Member,
  SentInvitation,
  Workspace,
  type Invite,
  type UpdateMember,
  type UpdateWorkspace,
} from "@/lib/accounts/schema";
import { pathOf, request, requestNothing } from "@/lib/client/request";
import { pageOf } from "@/lib/lists/schema";

const MemberPage = pageOf(Member);
const InvitationPage = pageOf(Invitation);

export const members = {
  all: ["members"] as const,
  list: () =>
    queryOptions({
      queryKey: [...members.all, "list"] as const,
      queryFn: ({ signal }) => request(MemberPage, { path: "/members", query: { limit: 100 }, signal }),
    }),
  invitations: () =>
    queryOptions({
      queryKey: [...members.all, "invitations"] as const,
      queryFn: ({ signal }) =>
        request(InvitationPage, { path: "/members/invitations", query: { limit: 100 }, signal }),
    }),
};

export const workspace = {
  all: ["workspace"] as const,
  current: () =>
    queryOptions({
      queryKey: workspace.all,
      queryFn: ({ signal }) => request(Workspace, { path: "/workspace", signal }),
      staleTime: 60_000,
    }),
};

export function inviteMember(input: z.input<typeof Invite>): Promise<SentInvitation> {
  return request(SentInvitation, { method: "POST", path: "/members/invitations", body: input });
}

/** Mails the invitation again with a new link; the old link stops working. */
export function resendInvitation(id: string): Promise<SentInvitation> {
  return request(SentInvitation, { method: "POST", path: pathOf`/members/invitations/${id}/resend` });
}

export function withdrawInvitation(id: string): Promise<void> {
  return requestNothing({ method: "DELETE", path: pathOf`/members/invitations/${id}` });
}

export function updateMember({
  userId,
  ...change
}: { userId: string } & z.input<typeof UpdateMember>): Promise<Member> {
  return request(Member, { method: "PATCH", path: pathOf`/members/${userId}`, body: change });
}

export function removeMember(userId: string): Promise<void> {
  return requestNothing({ method: "DELETE", path: pathOf`/members/${userId}` });
}

export function updateWorkspace(input: z.input<typeof UpdateWorkspace>): Promise<Workspace> {
  return request(Workspace, { method: "PATCH", path: "/workspace", body: input });
}
