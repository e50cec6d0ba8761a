-- AlterTable
ALTER TABLE "api_key"
ADD COLUMN     "allowed_origins" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN     "expiry_warned" TEXT,
ADD COLUMN     "last_used_agent" TEXT,
ADD COLUMN     "plan" TEXT,
ADD COLUMN     "quotas" JSONB NOT NULL DEFAULT '[]';

-- What was one quota is the first of a list.
UPDATE "api_key" SET "quotas" = jsonb_build_array("quota") WHERE "quota" IS NOT NULL AND jsonb_typeof("quota") = 'object';
ALTER TABLE "api_key" DROP COLUMN "quota";

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
ALTER TABLE "decision" ADD COLUMN     "completed" BOOLEAN NOT NULL DEFAULT true,
ADD COLUMN     "cost" INTEGER NOT NULL DEFAULT 1;

-- AlterTable
ALTER TABLE "invitation" ADD COLUMN     "customer_id" TEXT;

-- AlterTable
ALTER TABLE "workspace" ADD COLUMN     "allowed_origins" TEXT[] DEFAULT ARRAY[]::TEXT[];

-- DropTable
DROP TABLE "usage_hour";

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

-- CreateTable
CREATE TABLE "usage_per_minute" (
    "workspace_id" TEXT NOT NULL,
    "minute" TIMESTAMPTZ(0) NOT NULL,
    "key_id" TEXT NOT NULL,
    "secret_id" TEXT NOT NULL,
    "customer_id" TEXT NOT NULL,
    "service_id" TEXT NOT NULL,
    "method" TEXT NOT NULL,
    "route" TEXT NOT NULL,
    "status" SMALLINT NOT NULL,
    "outcome" TEXT NOT NULL,
    "calls" BIGINT NOT NULL,
    "cost" BIGINT NOT NULL,
    "request_bytes" BIGINT NOT NULL,
    "response_bytes" BIGINT NOT NULL,
    "total_us" BIGINT NOT NULL,
    "latency" INTEGER[],

    CONSTRAINT "usage_per_minute_pkey" PRIMARY KEY ("workspace_id","minute","key_id","secret_id","customer_id","service_id","method","route","status","outcome")
);

-- CreateTable
CREATE TABLE "usage_per_hour" (
    "workspace_id" TEXT NOT NULL,
    "hour" TIMESTAMPTZ(0) NOT NULL,
    "key_id" TEXT NOT NULL,
    "secret_id" TEXT NOT NULL,
    "customer_id" TEXT NOT NULL,
    "service_id" TEXT NOT NULL,
    "method" TEXT NOT NULL,
    "route" TEXT NOT NULL,
    "status" SMALLINT NOT NULL,
    "outcome" TEXT NOT NULL,
    "calls" BIGINT NOT NULL,
    "cost" BIGINT NOT NULL,
    "request_bytes" BIGINT NOT NULL,
    "response_bytes" BIGINT NOT NULL,
    "total_us" BIGINT NOT NULL,
    "latency" INTEGER[],

    CONSTRAINT "usage_per_hour_pkey" PRIMARY KEY ("workspace_id","hour","key_id","secret_id","customer_id","service_id","method","route","status","outcome")
);

-- CreateTable
CREATE TABLE "usage_per_day" (
    "workspace_id" TEXT NOT NULL,
    "day" TIMESTAMPTZ(0) NOT NULL,
    "key_id" TEXT NOT NULL,
    "secret_id" TEXT NOT NULL,
    "customer_id" TEXT NOT NULL,
    "service_id" TEXT NOT NULL,
    "method" TEXT NOT NULL,
    "route" TEXT NOT NULL,
    "status" SMALLINT NOT NULL,
    "outcome" TEXT NOT NULL,
    "calls" BIGINT NOT NULL,
    "cost" BIGINT NOT NULL,
    "request_bytes" BIGINT NOT NULL,
    "response_bytes" BIGINT NOT NULL,
    "total_us" BIGINT NOT NULL,
    "latency" BIGINT[],

    CONSTRAINT "usage_per_day_pkey" PRIMARY KEY ("workspace_id","day","key_id","secret_id","customer_id","service_id","method","route","status","outcome")
);

-- CreateTable
CREATE TABLE "usage_late" (
    "workspace_id" TEXT NOT NULL,
    "seq" BIGSERIAL NOT NULL,
    "minute" TIMESTAMPTZ(0) NOT NULL,

    CONSTRAINT "usage_late_pkey" PRIMARY KEY ("workspace_id","seq")
);

-- CreateTable
CREATE TABLE "sink" (
    "workspace_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "config" JSONB NOT NULL,
    "token" BYTEA,
    "disabled_at" TIMESTAMPTZ(3),
    "read_until" TIMESTAMPTZ(0) NOT NULL,
    "late_seq" BIGINT NOT NULL DEFAULT 0,
    "lease_until" TIMESTAMPTZ(3),
    "delivered" BIGINT NOT NULL DEFAULT 0,
    "last_delivered_at" TIMESTAMPTZ(3),
    "failures" INTEGER NOT NULL DEFAULT 0,
    "last_error" TEXT,
    "last_error_at" TIMESTAMPTZ(3),
    "next_attempt_at" TIMESTAMPTZ(3),
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "sink_pkey" PRIMARY KEY ("workspace_id","id")
);

-- CreateTable
CREATE TABLE "sink_event" (
    "workspace_id" TEXT NOT NULL,
    "sink_id" TEXT NOT NULL,
    "seq" BIGSERIAL NOT NULL,
    "id" TEXT NOT NULL,
    "holder_id" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "minute" TIMESTAMPTZ(0) NOT NULL,
    "calls" BIGINT NOT NULL,
    "cost" BIGINT NOT NULL,
    "errors" BIGINT NOT NULL,
    "denied" BIGINT NOT NULL,
    "limited" BIGINT NOT NULL,
    "request_bytes" BIGINT NOT NULL,
    "response_bytes" BIGINT NOT NULL,
    "delivered_at" TIMESTAMPTZ(3),

    CONSTRAINT "sink_event_pkey" PRIMARY KEY ("workspace_id","sink_id","seq")
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
CREATE INDEX "usage_per_minute_workspace_id_key_id_minute_idx" ON "usage_per_minute"("workspace_id", "key_id", "minute");

-- CreateIndex
CREATE INDEX "usage_per_hour_workspace_id_key_id_hour_idx" ON "usage_per_hour"("workspace_id", "key_id", "hour");

-- CreateIndex
CREATE INDEX "usage_per_day_workspace_id_key_id_day_idx" ON "usage_per_day"("workspace_id", "key_id", "day");

-- CreateIndex
CREATE INDEX "usage_late_minute_idx" ON "usage_late"("minute");

-- CreateIndex
CREATE UNIQUE INDEX "sink_workspace_id_name_key" ON "sink"("workspace_id", "name");

-- CreateIndex
CREATE INDEX "sink_event_workspace_id_sink_id_minute_idx" ON "sink_event"("workspace_id", "sink_id", "minute");

-- CreateIndex
CREATE INDEX "sink_event_pending_idx" ON "sink_event"("workspace_id", "sink_id", "seq") WHERE (delivered_at IS NULL);

-- CreateIndex
CREATE UNIQUE INDEX "sink_event_workspace_id_sink_id_id_key" ON "sink_event"("workspace_id", "sink_id", "id");

-- CreateIndex
CREATE INDEX "api_key_workspace_id_plan_idx" ON "api_key"("workspace_id", "plan");

-- CreateIndex
CREATE INDEX "api_key_expires_at_idx" ON "api_key"("expires_at") WHERE (expires_at IS NOT NULL AND revoked_at IS NULL);

-- CreateIndex
CREATE INDEX "customer_workspace_id_plan_idx" ON "customer"("workspace_id", "plan");

-- AddForeignKey
ALTER TABLE "customer" ADD CONSTRAINT "customer_workspace_id_plan_fkey" FOREIGN KEY ("workspace_id", "plan") REFERENCES "plan"("workspace_id", "name") ON DELETE RESTRICT ON UPDATE RESTRICT;

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

-- AddForeignKey
ALTER TABLE "api_key" ADD CONSTRAINT "api_key_workspace_id_plan_fkey" FOREIGN KEY ("workspace_id", "plan") REFERENCES "plan"("workspace_id", "name") ON DELETE RESTRICT ON UPDATE RESTRICT;

-- AddForeignKey
ALTER TABLE "sink" ADD CONSTRAINT "sink_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "sink_event" ADD CONSTRAINT "sink_event_workspace_id_sink_id_fkey" FOREIGN KEY ("workspace_id", "sink_id") REFERENCES "sink"("workspace_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;
