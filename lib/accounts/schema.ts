import { z } from "zod";
import { canonicalOrigin } from "@/lib/keys/canonical";
import { keyPrefixLengthMax, keyPrefixPattern } from "@/lib/keys/format";

/** What a member may do, from most to least. */
export const Role = z.enum(["owner", "admin", "developer", "viewer"]).meta({ id: "MemberRole" });
export type Role = z.output<typeof Role>;

/** Kept lower-cased, so that one mailbox has one account. */
export const Email = z
  .string()
  .trim()
  .toLowerCase()
  .max(254, "must be at most 254 characters")
  .check(z.email("must be an email address such as dana@acme.example"));

/** UTF-8 bytes that a password may have. It is digested before bcrypt, so all of them count. */
export const passwordBytesMax = 1024;

const mostCommon = new Set([
  "1234567890",
  "0123456789",
  "9876543210",
  "12345678910",
  "123456789012",
  "1111111111",
  "0000000000",
  "qwertyuiop",
  "qwerty12345",
  "qwerty123456",
  "1q2w3e4r5t",
  "1qaz2wsx3edc",
  "q1w2e3r4t5",
  "asdfghjkl1",
  "zxcvbnm123",
  "password12",
  "password123",
  "password1234",
  "password12345",
  "passw0rd123",
  "p@ssw0rd123",
  "passwordpassword",
  "iloveyou12",
  "iloveyou123",
  "letmein123",
  "welcome123",
  "welcome1234",
  "administrator",
  "changeme123",
  "abcdefghij",
  "abc1234567",
  "abcd123456",
  "a123456789",
  "trustno1trustno1",
  "correcthorsebatterystaple",
]);

/** A password that someone chooses now. Signing in takes any text, so that a rule added later locks nobody out. */
export const NewPassword = z
  .string()
  .refine((text) => [...text].length >= 10, "must have at least 10 characters")
  .refine(
    (text) => new TextEncoder().encode(text).length <= passwordBytesMax,
    `must have at most ${passwordBytesMax} bytes`,
  )
  .refine((text) => !mostCommon.has(text.toLowerCase()), "is among the first that attackers try")
  .refine((text) => new Set(text).size > 2, "must have more than two different characters");

const GivenPassword = z
  .string()
  .min(1, "must not be empty")
  .max(4 * passwordBytesMax);

const PersonName = z.string().trim().max(100, "must be at most 100 characters");

/** What a workspace is called; the address of its services is made from it at sign-up. */
export const WorkspaceName = z
  .string()
  .trim()
  .min(1, "must not be empty")
  .max(60, "must be at most 60 characters");

/** First part of every key value of the workspace. */
export const KeyPrefix = z
  .string()
  .min(1, "must not be empty")
  .max(keyPrefixLengthMax, `must be at most ${keyPrefixLengthMax} characters`)
  .regex(keyPrefixPattern, "must be letters, digits or inner _, beginning with a letter");

const passwordIsNotEmail = {
  message: "must not be the email address",
  path: ["password"],
};

/** What `POST /account/sign-up` takes. */
export const SignUp = z
  .strictObject({
    email: Email,
    password: NewPassword,
    name: PersonName.optional(),
    workspaceName: WorkspaceName,
  })
  .refine((input) => !isSameText(input.password, input.email), passwordIsNotEmail)
  .meta({ id: "SignUp" });
export type SignUp = z.output<typeof SignUp>;

/** What `POST /account/workspaces` takes: a further workspace for someone who is signed in. */
export const CreateWorkspace = z.strictObject({ name: WorkspaceName }).meta({ id: "CreateWorkspace" });
export type CreateWorkspace = z.output<typeof CreateWorkspace>;

/** A workspace as its maker, or someone who joined it, is told of it. */
export const NewWorkspace = z
  .object({ id: z.string(), slug: z.string(), name: z.string() })
  .meta({ id: "NewWorkspace" });
export type NewWorkspace = z.output<typeof NewWorkspace>;

/** Who was signed in, and where. A session cookie goes with it. */
export const SignedIn = z
  .object({ userId: z.string(), email: z.string(), workspace: NewWorkspace })
  .meta({ id: "SignedIn" });
export type SignedIn = z.output<typeof SignedIn>;

/** What `POST /account/forgot` takes. */
export const ForgotPassword = z.strictObject({ email: Email }).meta({ id: "ForgotPassword" });
export type ForgotPassword = z.output<typeof ForgotPassword>;

/** What `POST /account/reset` takes. */
export const ResetPassword = z
  .strictObject({ token: z.string().min(1).max(200), password: NewPassword })
  .meta({ id: "ResetPassword" });
export type ResetPassword = z.output<typeof ResetPassword>;

/** What `POST /account/password` takes. `current` is left out by those who never had a password. */
export const ChangePassword = z
  .strictObject({ current: GivenPassword.optional(), next: NewPassword })
  .meta({ id: "ChangePassword" });
export type ChangePassword = z.output<typeof ChangePassword>;

/** The sentence that an endpoint answers when there is nothing else to say. */
export const Message = z.object({ message: z.string() }).meta({ id: "Message" });

/** An origin whose pages may use portal sessions: a token must not travel in the clear, except on one machine. */
const ListedOrigin = z
  .string()
  .trim()
  .max(300)
  .transform((text) => canonicalOrigin(text) ?? text)
  .refine((text) => canonicalOrigin(text) === text, "must be an origin such as https://app.example.com")
  .refine(
    (text) => text.startsWith("https://") || /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(text),
    "must begin with https://, unless it is localhost",
  );

const AllowedOrigins = z
  .array(ListedOrigin)
  .max(50, "must hold at most 50 origins")
  .transform((origins) => [...new Set(origins)]);

const LogRetentionDays = z
  .int("must be a whole number of days")
  .min(1, "must be 1 day at least")
  .max(3_650, "must be 3,650 days at most");

const AuditRetentionDays = z
  .int("must be a whole number of days")
  .min(1, "must be 1 day at least")
  .max(36_500, "must be 36,500 days at most");

/** The workspace as its members see it. */
export const Workspace = z
  .object({
    id: z.string(),
    slug: z.string(),
    name: z.string(),
    keyPrefix: z.string(),
    retentionDays: z.number().int(),
    logRetentionDays: z.number().int().describe("Days that log lines are kept"),
    auditRetentionDays: z
      .number()
      .int()
      .nullable()
      .describe("Days that audit entries are kept; null keeps them for good"),
    allowedOrigins: z.array(z.string()).describe("Origins whose pages may use portal sessions"),
    createdAt: z.string(),
  })
  .meta({ id: "Workspace" });
export type Workspace = z.output<typeof Workspace>;

/** What `PATCH /workspace` takes. */
export const UpdateWorkspace = z
  .strictObject({
    name: WorkspaceName.optional(),
    keyPrefix: KeyPrefix.optional().describe(
      "Keys made from now on begin with it; those that exist keep theirs",
    ),
    logRetentionDays: LogRetentionDays.optional().describe("Days that log lines are kept, 1–3,650"),
    allowedOrigins: AllowedOrigins.optional().describe(
      "Origins such as https://app.example.com whose pages may use portal sessions; at most 50, no wildcards",
    ),
    auditRetentionDays: AuditRetentionDays.nullable()
      .optional()
      .describe("Days after which the oldest audit entries are deleted; null keeps them for good"),
  })
  .meta({ id: "UpdateWorkspace" });
export type UpdateWorkspace = z.output<typeof UpdateWorkspace>;

/** What a form of retention sends: each record's days, of audit entries null to keep them for good. */
export const UpdateRetention = z.strictObject({
  logRetentionDays: LogRetentionDays,
  auditRetentionDays: AuditRetentionDays.nullable(),
});
export type UpdateRetention = z.output<typeof UpdateRetention>;

/** A person in the workspace. */
export const Member = z
  .object({ userId: z.string(), email: z.string(), name: z.string(), role: Role, createdAt: z.string() })
  .meta({ id: "Member" });
export type Member = z.output<typeof Member>;

/** What `PATCH /members/{userId}` takes. */
export const UpdateMember = z.strictObject({ role: Role }).meta({ id: "UpdateMember" });
export type UpdateMember = z.output<typeof UpdateMember>;

/** What `POST /members/invitations` takes. */
export const Invite = z
  .strictObject({
    email: Email,
    role: Role,
    customer: z
      .string()
      .trim()
      .min(1)
      .max(200)
      .nullable()
      .default(null)
      .describe("Id or external id of the customer whose side they join; null for the workspace itself"),
  })
  .refine(({ role, customer }) => customer === null || role !== "owner", {
    path: ["role"],
    message: "must be admin, developer or viewer on a customer's side",
  })
  .meta({ id: "Invite" });
export type Invite = z.output<typeof Invite>;

/** A pending invitation. */
export const Invitation = z
  .object({
    id: z.string(),
    email: z.string(),
    role: Role,
    customer: z.string().nullable().describe("Id of the customer whose side it leads to"),
    invitedBy: z.string(),
    expiresAt: z.string(),
    createdAt: z.string(),
  })
  .meta({ id: "Invitation" });
export type Invitation = z.output<typeof Invitation>;

/** An invitation that was just written. `link` is there only when mail is off, to be handed over by the inviter. */
export const SentInvitation = z
  .object({ invitation: Invitation, mailed: z.boolean(), link: z.string().nullable() })
  .meta({ id: "SentInvitation" });
export type SentInvitation = z.output<typeof SentInvitation>;

/** What `POST /account/invitations/accept` takes. `password` is needed when the address has no account yet. */
export const AcceptInvitation = z
  .strictObject({
    token: z.string().min(1).max(200),
    password: NewPassword.optional(),
    name: PersonName.optional(),
  })
  .meta({ id: "AcceptInvitation" });
export type AcceptInvitation = z.output<typeof AcceptInvitation>;

/** Whether two texts are the same apart from case and outer space. */
export function isSameText(one: string, other: string): boolean {
  return one.trim().toLowerCase() === other.trim().toLowerCase();
}
