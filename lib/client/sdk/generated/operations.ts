// Made by `npm run openapi` from docs/openapi.json; changes here are lost.

/** Every operation: method, path, the kind of its answer, and whether it may be sent twice. */
export const operations = {
  signUp: ["POST", "/api/v1/account/sign-up", "json", "unsafe"],
  createWorkspace: ["POST", "/api/v1/account/workspaces", "json", "unsafe"],
  askForPasswordReset: ["POST", "/api/v1/account/forgot", "json", "unsafe"],
  resetPassword: ["POST", "/api/v1/account/reset", "nothing", "unsafe"],
  changePassword: ["POST", "/api/v1/account/password", "nothing", "unsafe"],
  acceptInvitation: ["POST", "/api/v1/account/invitations/accept", "json", "unsafe"],
  readWorkspace: ["GET", "/api/v1/workspace", "json", "safe"],
  updateWorkspace: ["PATCH", "/api/v1/workspace", "json", "unsafe"],
  listInvitations: ["GET", "/api/v1/members/invitations", "json", "safe"],
  inviteMember: ["POST", "/api/v1/members/invitations", "json", "unsafe"],
  resendInvitation: ["POST", "/api/v1/members/invitations/{id}/resend", "json", "unsafe"],
  withdrawInvitation: ["DELETE", "/api/v1/members/invitations/{id}", "nothing", "safe"],
  listMembers: ["GET", "/api/v1/members", "json", "safe"],
  readMember: ["GET", "/api/v1/members/{userId}", "json", "safe"],
  updateMember: ["PATCH", "/api/v1/members/{userId}", "json", "unsafe"],
  removeMember: ["DELETE", "/api/v1/members/{userId}", "nothing", "safe"],
  prepareStart: ["POST", "/api/v1/account/start", "json", "unsafe"],
  createCustomer: ["POST", "/api/v1/customers", "json", "with-key"],
  listCustomers: ["GET", "/api/v1/customers", "json", "safe"],
  readCustomer: ["GET", "/api/v1/customers/{id}", "json", "safe"],
  updateCustomer: ["PATCH", "/api/v1/customers/{id}", "json", "unsafe"],
  deleteCustomer: ["DELETE", "/api/v1/customers/{id}", "nothing", "safe"],
  listCustomerMembers: ["GET", "/api/v1/customers/{id}/members", "json", "safe"],
  updateCustomerMember: ["PATCH", "/api/v1/customers/{id}/members/{userId}", "json", "unsafe"],
  removeCustomerMember: ["DELETE", "/api/v1/customers/{id}/members/{userId}", "nothing", "safe"],
  createPortalSession: ["POST", "/api/v1/portal-sessions", "json", "with-key"],
  listPortalSessions: ["GET", "/api/v1/portal-sessions", "json", "safe"],
  exchangePortalSessionCode: ["POST", "/api/v1/portal-sessions/exchange", "json", "unsafe"],
  readPortalSession: ["GET", "/api/v1/portal-sessions/{id}", "json", "safe"],
  endPortalSession: ["DELETE", "/api/v1/portal-sessions/{id}", "nothing", "safe"],
  createKey: ["POST", "/api/v1/keys", "json", "with-key"],
  listKeys: ["GET", "/api/v1/keys", "json", "safe"],
  verifyKey: ["POST", "/api/v1/keys/verify", "json", "safe"],
  revokeKeys: ["POST", "/api/v1/keys/revoke", "json", "safe"],
  readKey: ["GET", "/api/v1/keys/{id}", "json", "safe"],
  updateKey: ["PATCH", "/api/v1/keys/{id}", "json", "unsafe"],
  readKeyGrant: ["GET", "/api/v1/keys/{id}/grant", "json", "safe"],
  rotateKey: ["POST", "/api/v1/keys/{id}/rotate", "json", "with-key"],
  extendRotation: ["PATCH", "/api/v1/keys/{id}/rotation", "json", "unsafe"],
  endRotation: ["DELETE", "/api/v1/keys/{id}/rotation", "json", "safe"],
  revokeKey: ["POST", "/api/v1/keys/{id}/revoke", "json", "safe"],
  createRole: ["POST", "/api/v1/roles", "json", "with-key"],
  listRoles: ["GET", "/api/v1/roles", "json", "safe"],
  readRole: ["GET", "/api/v1/roles/{name}", "json", "safe"],
  updateRole: ["PATCH", "/api/v1/roles/{name}", "json", "unsafe"],
  deleteRole: ["DELETE", "/api/v1/roles/{name}", "nothing", "safe"],
  listScopes: ["GET", "/api/v1/scopes", "json", "safe"],
  defineScope: ["POST", "/api/v1/scopes", "json", "with-key"],
  updateScope: ["PATCH", "/api/v1/scopes/{name}", "json", "unsafe"],
  deleteScope: ["DELETE", "/api/v1/scopes/{name}", "nothing", "safe"],
  createPlan: ["POST", "/api/v1/plans", "json", "with-key"],
  listPlans: ["GET", "/api/v1/plans", "json", "safe"],
  readPlan: ["GET", "/api/v1/plans/{name}", "json", "safe"],
  updatePlan: ["PATCH", "/api/v1/plans/{name}", "json", "unsafe"],
  deletePlan: ["DELETE", "/api/v1/plans/{name}", "nothing", "safe"],
  whoami: ["GET", "/api/v1/whoami", "json", "safe"],
  revokeSelf: ["POST", "/api/v1/whoami/revoke", "json", "safe"],
  createIssuer: ["POST", "/api/v1/issuers", "json", "with-key"],
  listIssuers: ["GET", "/api/v1/issuers", "json", "safe"],
  readIssuer: ["GET", "/api/v1/issuers/{id}", "json", "safe"],
  updateIssuer: ["PATCH", "/api/v1/issuers/{id}", "json", "unsafe"],
  deleteIssuer: ["DELETE", "/api/v1/issuers/{id}", "nothing", "safe"],
  readIssuerKeys: ["GET", "/api/v1/issuers/{id}/keys", "json", "safe"],
  createService: ["POST", "/api/v1/services", "json", "with-key"],
  listServices: ["GET", "/api/v1/services", "json", "safe"],
  readService: ["GET", "/api/v1/services/{id}", "json", "safe"],
  updateService: ["PATCH", "/api/v1/services/{id}", "json", "unsafe"],
  deleteService: ["DELETE", "/api/v1/services/{id}", "nothing", "safe"],
  testService: ["POST", "/api/v1/services/{id}/test", "json", "unsafe"],
  createRule: ["POST", "/api/v1/rules", "json", "with-key"],
  listRules: ["GET", "/api/v1/rules", "json", "safe"],
  readRuleSchema: ["GET", "/api/v1/rules/schema", "json", "safe"],
  validateRule: ["POST", "/api/v1/rules/validate", "json", "unsafe"],
  simulate: ["POST", "/api/v1/rules/simulate", "json", "unsafe"],
  readRule: ["GET", "/api/v1/rules/{id}", "json", "safe"],
  replaceRule: ["PUT", "/api/v1/rules/{id}", "json", "safe"],
  updateRule: ["PATCH", "/api/v1/rules/{id}", "json", "unsafe"],
  deleteRule: ["DELETE", "/api/v1/rules/{id}", "nothing", "safe"],
  attachRule: ["POST", "/api/v1/rules/{id}/attachments", "json", "unsafe"],
  listRulesets: ["GET", "/api/v1/rulesets", "json", "safe"],
  diffRulesets: ["GET", "/api/v1/rulesets/diff", "json", "safe"],
  rollBack: ["POST", "/api/v1/rulesets/rollback", "json", "unsafe"],
  readRuleset: ["GET", "/api/v1/rulesets/{version}", "json", "safe"],
  authorize: ["POST", "/api/v1/authorize", "json", "unsafe"],
  listDecisions: ["GET", "/api/v1/decisions", "json", "safe"],
  summarizeDecisions: ["GET", "/api/v1/decisions/summary", "json", "safe"],
  streamDecisions: ["GET", "/api/v1/decisions/stream", "stream", "safe"],
  readDecision: ["GET", "/api/v1/decisions/{id}", "json", "safe"],
  listAudit: ["GET", "/api/v1/audit", "json", "safe"],
  listEvents: ["GET", "/api/v1/events", "json", "safe"],
  readOverview: ["GET", "/api/v1/overview", "json", "safe"],
  readUsage: ["GET", "/api/v1/usage", "json", "safe"],
  exportUsage: ["GET", "/api/v1/usage/export", "stream", "safe"],
  readQuotas: ["GET", "/api/v1/usage/quotas", "json", "safe"],
  readSparklines: ["GET", "/api/v1/usage/sparklines", "json", "safe"],
  readKeyUsage: ["GET", "/api/v1/keys/{id}/usage", "json", "safe"],
  listKeyFlags: ["GET", "/api/v1/keys/{id}/flags", "json", "safe"],
  createSink: ["POST", "/api/v1/sinks", "json", "unsafe"],
  listSinks: ["GET", "/api/v1/sinks", "json", "safe"],
  readSink: ["GET", "/api/v1/sinks/{id}", "json", "safe"],
  updateSink: ["PATCH", "/api/v1/sinks/{id}", "json", "unsafe"],
  deleteSink: ["DELETE", "/api/v1/sinks/{id}", "nothing", "safe"],
} as const;

/** Every refusal by Latchkey itself. */
export type ProblemKind =
  | "bad-request"
  | "two-credentials"
  | "unauthorized"
  | "forbidden"
  | "foreign-origin"
  | "not-found"
  | "method-not-allowed"
  | "conflict"
  | "stale"
  | "too-large"
  | "unsupported-media-type"
  | "invalid"
  | "rate-limited"
  | "internal"
  | "upstream-unreachable"
  | "unavailable"
  | "upstream-timeout";
