"use client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { UserPlus } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { customerRoleOptions } from "@/components/customers/members/customer-roles";
import { RemoveCustomerMember } from "@/components/customers/members/remove-member";
import { SendAgain } from "@/components/settings/members/send-again";
import { usePermission } from "@/components/shell/permissions";
import { QueryProblem } from "@/components/states/query-problem";
import { LoadingRows } from "@/components/states/states";
import { Button } from "@/components/ui/button";
import { Select } from "@/components/ui/form/select";
import { Icon } from "@/components/ui/icon";
import { toast } from "@/components/ui/overlay/toaster";
import { Plate } from "@/components/ui/plate";
import { DataTable } from "@/components/ui/table/data-table";
import { Tag } from "@/components/ui/tag";
import { Ago } from "@/components/ui/words/ago";
import { dateText } from "@/components/ui/words/when";
import type { Invitation } from "@/lib/accounts/schema";
import { customers, updateCustomerMember } from "@/lib/client/customers";
import { members, withdrawInvitation } from "@/lib/client/people/members";
import type { Customer, CustomerMember, CustomerRole } from "@/lib/customers/schema";

const InviteCustomerMember = lazy(async () => ({
  default: (await import("@/components/customers/members/invite-member")).InviteCustomerMember,
}));

/** The people on the customer's side, who see this customer only, and those invited. */
export function CustomerMembers({ customer }: { customer: Customer }) {
  const mayRead = usePermission("read:members");
  const mayInvite = usePermission("create:members");
  const [inviting, setInviting] = useState(false);
  const list = useQuery({ ...customers.members(customer.id), enabled: mayRead.allowed });
  const pending = useQuery({ ...members.invitations(), enabled: mayRead.allowed });
  const people = list.data?.items ?? [];
  const invited = pending.data?.items.filter((one) => one.customer === customer.id) ?? [];
  return (
    <Plate
      title="Members"
      note="They sign in here and see this customer only"
      padded={false}
      className="recent"
      aside={
        <Button
          kind="ghost"
          size={28}
          icon={<Icon of={UserPlus} />}
          why={mayInvite.why}
          onClick={() => setInviting(true)}
        >
          Invite
        </Button>
      }
    >
      {!mayRead.allowed && <p className="plate-line muted">{mayRead.why}</p>}
      {list.isPending && mayRead.allowed && <LoadingRows label="Loading members" rows={2} height={36} />}
      {list.isError && (
        <QueryProblem things="Members" error={list.error} onRetry={() => void list.refetch()} />
      )}
      {list.isSuccess && people.length + invited.length === 0 && (
        <p className="plate-line muted">
          Nobody yet. An invited person manages the customer&apos;s keys here.
        </p>
      )}
      {people.length + invited.length > 0 && (
        <MemberTable customer={customer} people={people} invited={invited} />
      )}
      {inviting && (
        <Suspense>
          <InviteCustomerMember customer={customer} onClose={() => setInviting(false)} />
        </Suspense>
      )}
    </Plate>
  );
}

function MemberTable({
  customer,
  people,
  invited,
}: {
  customer: Customer;
  people: readonly CustomerMember[];
  invited: readonly Invitation[];
}) {
  return (
    <DataTable label="Members of the customer" kind="plate" cards>
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
        {people.map((member) => (
          <MemberRow key={member.userId} customer={customer} member={member} />
        ))}
        {invited.map((invitation) => (
          <InvitedRow key={invitation.id} invitation={invitation} />
        ))}
      </tbody>
    </DataTable>
  );
}

function MemberRow({ customer, member }: { customer: Customer; member: CustomerMember }) {
  const mayRemove = usePermission("destroy:members");
  const [leaving, setLeaving] = useState(false);
  return (
    <tr>
      <td>
        <span className="row">
          <b className="trunc" title={member.email}>
            {member.name === "" ? member.email : member.name}
          </b>
          {member.name !== "" && <span className="small faint trunc">{member.email}</span>}
        </span>
      </td>
      <td data-label="Role">
        <RoleSelect customer={customer} member={member} />
      </td>
      <td data-label="Since" className="muted">
        <Ago at={member.createdAt} />
      </td>
      <td className="num">
        <Button kind="ghost-danger" size={28} why={mayRemove.why} onClick={() => setLeaving(true)}>
          Remove
        </Button>
        {leaving && (
          <RemoveCustomerMember customer={customer} member={member} onClose={() => setLeaving(false)} />
        )}
      </td>
    </tr>
  );
}

function RoleSelect({ customer, member }: { customer: Customer; member: CustomerMember }) {
  const client = useQueryClient();
  const mayUpdate = usePermission("update:members");
  const { queryKey } = customers.members(customer.id);
  const change = useMutation({
    mutationFn: (role: CustomerRole) =>
      updateCustomerMember({ customer: customer.id, userId: member.userId, role }),
    onMutate: (role) => {
      const before = client.getQueryData(queryKey);
      if (before)
        client.setQueryData(queryKey, {
          ...before,
          items: before.items.map((one) => (one.userId === member.userId ? { ...one, role } : one)),
        });
      return before;
    },
    onSuccess: (_member, role) =>
      toast({ text: `${member.email} is ${role} now, in every session of theirs.` }),
    onError: (error, _role, before) => {
      client.setQueryData(queryKey, before);
      toast({ tone: "failed", text: `${member.email} is ${member.role} as before. ${error.message}` });
    },
    onSettled: () => client.invalidateQueries({ queryKey }),
  });
  if (!mayUpdate.allowed) return <span className="muted">{member.role}</span>;
  return (
    <div className="role-select">
      <Select
        label={`Role of ${member.email}`}
        size={28}
        options={customerRoleOptions}
        value={member.role}
        onChange={(role) => {
          if (role !== member.role) change.mutate(role);
        }}
      />
    </div>
  );
}

function InvitedRow({ invitation }: { invitation: Invitation }) {
  const client = useQueryClient();
  const mayRevoke = usePermission("destroy:members");
  const [openedMs] = useState(() => Date.now());
  const revoke = useMutation({
    mutationFn: () => withdrawInvitation(invitation.id),
    onSuccess: () => toast({ text: `The invitation of ${invitation.email} is revoked. Its link is void.` }),
    onError: (error) =>
      toast({ tone: "failed", text: `${invitation.email} is still invited. ${error.message}` }),
    onSettled: () => client.invalidateQueries({ queryKey: members.all }),
  });
  const isOver = Date.parse(invitation.expiresAt) < openedMs;
  return (
    <tr className="quiet">
      <td>
        <span className="row">
          <b className="trunc" title={invitation.email}>
            {invitation.email}
          </b>
          <Tag>invited</Tag>
        </span>
      </td>
      <td data-label="Role" className="muted">
        {invitation.role}
      </td>
      <td data-label="Ends" className="muted" suppressHydrationWarning>
        {isOver ? "is over" : `until ${dateText(invitation.expiresAt, openedMs)}`}
      </td>
      <td className="num">
        <span className="row justify-end">
          <SendAgain invitation={invitation} />
          <Button
            kind="ghost-danger"
            size={28}
            why={mayRevoke.why}
            busy={revoke.isPending && "Revoking"}
            onClick={() => revoke.mutate()}
          >
            Revoke
          </Button>
        </span>
      </td>
    </tr>
  );
}
