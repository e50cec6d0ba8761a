"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { roleOptions } from "@/components/settings/members/role-options";
import { usePermission } from "@/components/shell/permissions";
import { Button } from "@/components/ui/button";
import { Select } from "@/components/ui/form/select";
import { toast } from "@/components/ui/overlay/toaster";
import { DataTable } from "@/components/ui/table/data-table";
import { Tag } from "@/components/ui/tag";
import { Ago } from "@/components/ui/words/ago";
import type { Member, Role } from "@/lib/accounts/schema";
import { members, updateMember } from "@/lib/client/people/members";

const RemoveMember = lazy(async () => ({
  default: (await import("@/components/settings/members/remove-member")).RemoveMember,
}));

export interface MemberTableProps {
  items: readonly Member[];
  userId: string;
  role: Role;
  workspace: string;
}

/** Everyone with their role, which is changed in place. */
export function MemberTable({ items, userId, role, workspace }: MemberTableProps) {
  const [leaving, setLeaving] = useState<Member | null>(null);
  return (
    <>
      <DataTable label="Members" className="settings-table" cards>
        <thead>
          <tr>
            <th scope="col">Member</th>
            <th scope="col">Role</th>
            <th scope="col">Since</th>
            <th scope="col">
              <span className="vh">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {items.map((member) => (
            <MemberRow
              key={member.userId}
              member={member}
              isSelf={member.userId === userId}
              role={role}
              onRemove={() => setLeaving(member)}
            />
          ))}
        </tbody>
      </DataTable>
      {leaving && (
        <Suspense>
          <RemoveMember
            member={leaving}
            isSelf={leaving.userId === userId}
            workspace={workspace}
            onClose={() => setLeaving(null)}
          />
        </Suspense>
      )}
    </>
  );
}

interface MemberRowProps {
  member: Member;
  isSelf: boolean;
  /** Of the person looking. */
  role: Role;
  onRemove: () => void;
}

function MemberRow({ member, isSelf, role, onRemove }: MemberRowProps) {
  const mayRemove = usePermission("destroy:members");
  const outranks = member.role === "owner" && role !== "owner";
  const why = !isSelf && (outranks ? "Only an owner removes an owner." : mayRemove.why);
  return (
    <tr>
      <td>
        <div className="cell-name">
          <b className="row">
            {member.name === "" ? member.email : member.name}
            {isSelf && <Tag>You</Tag>}
          </b>
          {member.name !== "" && <span className="small faint">{member.email}</span>}
        </div>
      </td>
      <td data-label="Role">
        <RoleSelect member={member} role={role} />
      </td>
      <td data-label="Since" className="muted">
        <Ago at={member.createdAt} />
      </td>
      <td className="num">
        <Button kind="ghost-danger" size={28} why={why} onClick={onRemove}>
          {isSelf ? "Leave" : "Remove"}
        </Button>
      </td>
    </tr>
  );
}

function RoleSelect({ member, role }: { member: Member; role: Role }) {
  const client = useQueryClient();
  const mayUpdate = usePermission("update:members");
  const { queryKey } = members.list();
  const change = useMutation({
    mutationFn: (next: Role) => updateMember({ userId: member.userId, role: next }),
    onMutate: (next) => {
      const before = client.getQueryData(queryKey);
      if (before) {
        const items = before.items.map((one) =>
          one.userId === member.userId ? { ...one, role: next } : one,
        );
        client.setQueryData(queryKey, { ...before, items });
      }
      return before;
    },
    onError: (error, _next, before) => {
      client.setQueryData(queryKey, before);
      toast({ tone: "failed", text: `${member.email} is ${member.role} as before. ${error.message}` });
    },
    onSuccess: (_member, next) => {
      toast({ text: `${member.email} is ${next} now, in every session of theirs.` });
    },
    onSettled: () => client.invalidateQueries({ queryKey: members.all }),
  });
  if (!mayUpdate.allowed || (member.role === "owner" && role !== "owner"))
    return <span className="muted">{member.role}</span>;
  const choose = (next: Role) => {
    if (next !== member.role) change.mutate(next);
  };
  return (
    <div className="role-select">
      <Select
        label={`Role of ${member.email}`}
        size={28}
        options={roleOptions(role)}
        value={member.role}
        onChange={choose}
      />
    </div>
  );
}
