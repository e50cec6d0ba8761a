-- AlterTable
ALTER TABLE "api_key" ADD COLUMN     "allowed_origins" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN     "expiry_warned" TEXT,
ADD COLUMN     "plan" TEXT,
ADD COLUMN     "quotas" JSONB NOT NULL DEFAULT '[]';

-- AlterTable
ALTER TABLE "audit_entry" ADD COLUMN     "count" INTEGER NOT NULL DEFAULT 1;

-- AlterTable
ALTER TABLE "customer" ADD COLUMN     "key_count_max" INTEGER,
ADD COLUMN     "plan" TEXT,
ADD COLUMN     "quotas" JSONB NOT NULL DEFAULT '[]',
ADD COLUMN     "rate_limits" JSONB NOT NULL DEFAULT '[]',
ADD COLUMN     "scope_ceiling" TEXT[] DEFAULT ARRAY['*:*']::TEXT[],
ADD COLUMN     "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;

-- AlterTable
ALTER TABLE "decision" ADD COLUMN     "completed" BOOLEAN NOT NULL DEFAULT true;

-- AlterTable
ALTER TABLE "invitation" ADD COLUMN     "customer_id" TEXT;

-- AlterTable
ALTER TABLE "workspace" ADD COLUMN     "allowed_origins" TEXT[] DEFAULT ARRAY[]::TEXT[];

-- CreateTable
CREATE TABLE "customer_member" (
    "workspace_id" TEXT NOT NULL,
    "customer_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "customer_member_pkey" PRIMARY KEY ("workspace_id","customer_id","user_id")
);

-- CreateTable
CREATE TABLE "portal_session" (
    "workspace_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "customer_id" TEXT NOT NULL,
    "capabilities" TEXT[],
    "subject" TEXT,
    "code_hash" TEXT NOT NULL,
    "code_expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),
    "token_hash" TEXT,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "revoked_at" TIMESTAMPTZ(3),
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "portal_session_pkey" PRIMARY KEY ("workspace_id","id")
);

-- CreateTable
CREATE TABLE "plan" (
    "workspace_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "rate_limits" JSONB NOT NULL DEFAULT '[]',
    "quotas" JSONB NOT NULL DEFAULT '[]',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "plan_pkey" PRIMARY KEY ("workspace_id","name")
);

-- CreateTable
CREATE TABLE "issuer" (
    "workspace_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "issuer" TEXT NOT NULL,
    "audiences" TEXT[],
    "algorithms" TEXT[],
    "jwks_url" TEXT,
    "jwks" JSONB,
    "scopes_claim" TEXT,
    "rate_limits" JSONB NOT NULL DEFAULT '[]',
    "quotas" JSONB NOT NULL DEFAULT '[]',
    "disabled_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "issuer_pkey" PRIMARY KEY ("workspace_id","id")
);

-- CreateTable
CREATE TABLE "event" (
    "workspace_id" TEXT NOT NULL,
    "seq" BIGSERIAL NOT NULL,
    "id" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "subject" TEXT,
    "customer_id" TEXT,
    "data" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "event_pkey" PRIMARY KEY ("workspace_id","seq")
);

-- CreateTable
CREATE TABLE "key_flag" (
    "workspace_id" TEXT NOT NULL,
    "key_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,
    "until" TIMESTAMPTZ(3),
    "detail" JSONB NOT NULL,

    CONSTRAINT "key_flag_pkey" PRIMARY KEY ("workspace_id","key_id","kind","since")
);

-- CreateTable
CREATE TABLE "open_decision" (
    "workspace_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "spool" TEXT NOT NULL,

    CONSTRAINT "open_decision_pkey" PRIMARY KEY ("workspace_id","id")
);

-- CreateIndex
CREATE INDEX "customer_member_user_id_idx" ON "customer_member"("user_id");

-- CreateIndex
CREATE UNIQUE INDEX "portal_session_code_hash_key" ON "portal_session"("code_hash");

-- CreateIndex
CREATE UNIQUE INDEX "portal_session_token_hash_key" ON "portal_session"("token_hash");

-- CreateIndex
CREATE INDEX "portal_session_workspace_id_customer_id_idx" ON "portal_session"("workspace_id", "customer_id");

-- CreateIndex
CREATE INDEX "portal_session_expires_at_idx" ON "portal_session"("expires_at");

-- CreateIndex
CREATE UNIQUE INDEX "issuer_workspace_id_issuer_key" ON "issuer"("workspace_id", "issuer");

-- CreateIndex
CREATE UNIQUE INDEX "issuer_workspace_id_name_key" ON "issuer"("workspace_id", "name");

-- CreateIndex
CREATE INDEX "event_workspace_id_type_seq_idx" ON "event"("workspace_id", "type", "seq" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "event_workspace_id_id_key" ON "event"("workspace_id", "id");

-- CreateIndex
CREATE INDEX "open_decision_spool_idx" ON "open_decision"("spool");

-- CreateIndex
CREATE INDEX "api_key_expires_at_idx" ON "api_key"("expires_at") WHERE (expires_at IS NOT NULL AND revoked_at IS NULL);

-- AddForeignKey
ALTER TABLE "customer_member" ADD CONSTRAINT "customer_member_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "customer_member" ADD CONSTRAINT "customer_member_workspace_id_customer_id_fkey" FOREIGN KEY ("workspace_id", "customer_id") REFERENCES "customer"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "customer_member" ADD CONSTRAINT "customer_member_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "app_user"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "portal_session" ADD CONSTRAINT "portal_session_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "portal_session" ADD CONSTRAINT "portal_session_workspace_id_customer_id_fkey" FOREIGN KEY ("workspace_id", "customer_id") REFERENCES "customer"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "plan" ADD CONSTRAINT "plan_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "issuer" ADD CONSTRAINT "issuer_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "event" ADD CONSTRAINT "event_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "key_flag" ADD CONSTRAINT "key_flag_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;
