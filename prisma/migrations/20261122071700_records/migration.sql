-- DropIndex
DROP INDEX "event_workspace_id_type_seq_idx";

-- AlterTable
ALTER TABLE "audit_entry" ADD COLUMN     "digest" TEXT,
ADD COLUMN     "erased_at" TIMESTAMPTZ(3),
ADD COLUMN     "hash" TEXT,
ADD COLUMN     "position" BIGINT,
ADD COLUMN     "seal" TEXT;

-- AlterTable
ALTER TABLE "decision" ADD COLUMN     "role_check" JSONB;

-- AlterTable
ALTER TABLE "event" ADD COLUMN     "position" BIGINT;

-- AlterTable
ALTER TABLE "workspace" ADD COLUMN     "audit_retention_days" INTEGER,
ADD COLUMN     "log_retention_days" INTEGER NOT NULL DEFAULT 30;

-- CreateTable
CREATE TABLE "trail" (
    "workspace_id" TEXT NOT NULL,
    "audit_position" BIGINT NOT NULL DEFAULT 0,
    "audit_hash" TEXT NOT NULL DEFAULT '',
    "audit_base_position" BIGINT NOT NULL DEFAULT 0,
    "audit_base_hash" TEXT NOT NULL DEFAULT '',
    "event_position" BIGINT NOT NULL DEFAULT 0,
    "log_position" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "trail_pkey" PRIMARY KEY ("workspace_id")
);

-- CreateTable
CREATE TABLE "audit_head" (
    "workspace_id" TEXT NOT NULL,
    "position" BIGINT NOT NULL,
    "hash" TEXT NOT NULL,
    "base_position" BIGINT NOT NULL,
    "base_hash" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "key_id" TEXT NOT NULL,
    "signature" TEXT NOT NULL,

    CONSTRAINT "audit_head_pkey" PRIMARY KEY ("workspace_id","position")
);

-- CreateTable
CREATE TABLE "log_line" (
    "workspace_id" TEXT NOT NULL,
    "position" BIGINT NOT NULL,
    "id" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "service_id" TEXT,
    "customer_id" TEXT,
    "level" TEXT NOT NULL,
    "message" TEXT NOT NULL,
    "data" JSONB,
    "address" TEXT,
    "trace_id" TEXT,
    "written_by" TEXT,

    CONSTRAINT "log_line_pkey" PRIMARY KEY ("workspace_id","position")
);

-- CreateTable
CREATE TABLE "log_flush" (
    "workspace_id" TEXT NOT NULL,
    "service_id" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "position" BIGINT NOT NULL,

    CONSTRAINT "log_flush_pkey" PRIMARY KEY ("workspace_id","service_id")
);

-- CreateTable
CREATE TABLE "datastore_entry" (
    "workspace_id" TEXT NOT NULL,
    "customer_id" TEXT NOT NULL,
    "key" TEXT COLLATE "C" NOT NULL,
    "value" BYTEA NOT NULL,
    "content_type" TEXT NOT NULL,
    "size" INTEGER NOT NULL,
    "version" BIGINT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3),

    CONSTRAINT "datastore_entry_pkey" PRIMARY KEY ("workspace_id","customer_id","key")
);

-- CreateTable
CREATE TABLE "datastore" (
    "workspace_id" TEXT NOT NULL,
    "customer_id" TEXT NOT NULL,
    "entries" INTEGER NOT NULL DEFAULT 0,
    "bytes" BIGINT NOT NULL DEFAULT 0,
    "version" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "datastore_pkey" PRIMARY KEY ("workspace_id","customer_id")
);

-- CreateIndex
CREATE INDEX "log_line_workspace_id_at_position_idx" ON "log_line"("workspace_id", "at" DESC, "position" DESC);

-- CreateIndex
CREATE INDEX "log_line_workspace_id_service_id_at_position_idx" ON "log_line"("workspace_id", "service_id", "at" DESC, "position" DESC);

-- CreateIndex
CREATE INDEX "log_line_workspace_id_customer_id_at_position_idx" ON "log_line"("workspace_id", "customer_id", "at" DESC, "position" DESC) WHERE (customer_id IS NOT NULL);

-- CreateIndex
CREATE UNIQUE INDEX "log_line_workspace_id_id_key" ON "log_line"("workspace_id", "id");

-- CreateIndex
CREATE INDEX "datastore_entry_workspace_id_customer_id_version_idx" ON "datastore_entry"("workspace_id", "customer_id", "version" DESC);

-- CreateIndex
CREATE INDEX "datastore_entry_expires_at_idx" ON "datastore_entry"("expires_at") WHERE (expires_at IS NOT NULL);

-- CreateIndex
CREATE INDEX "audit_entry_workspace_id_at_id_idx" ON "audit_entry"("workspace_id", "at" DESC, "id" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "audit_entry_workspace_id_position_key" ON "audit_entry"("workspace_id", "position");

-- CreateIndex
CREATE INDEX "event_workspace_id_at_id_idx" ON "event"("workspace_id", "at" DESC, "id" DESC);

-- CreateIndex
CREATE INDEX "event_workspace_id_type_at_id_idx" ON "event"("workspace_id", "type", "at" DESC, "id" DESC);

-- CreateIndex
CREATE UNIQUE INDEX "event_workspace_id_position_key" ON "event"("workspace_id", "position");

-- Places in the audit chain and among events are given when a transaction ends, so that their order is that of the
-- commits and no other lock is waited for behind the trail's.
CREATE FUNCTION "chain_audit_entry"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    "place" bigint;
    "before" text;
    "chained" text;
BEGIN
    INSERT INTO "trail" ("workspace_id") VALUES (NEW."workspace_id") ON CONFLICT DO NOTHING;
    SELECT "audit_position" + 1, "audit_hash" INTO "place", "before"
        FROM "trail" WHERE "workspace_id" = NEW."workspace_id" FOR UPDATE;
    "chained" := encode(sha256(convert_to("before" || ':' || "place" || ':' || coalesce(NEW."digest", ''), 'UTF8')), 'hex');
    UPDATE "audit_entry" SET "position" = "place", "hash" = "chained"
        WHERE "workspace_id" = NEW."workspace_id" AND "seq" = NEW."seq";
    UPDATE "trail" SET "audit_position" = "place", "audit_hash" = "chained" WHERE "workspace_id" = NEW."workspace_id";
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER "audit_entry_chained" AFTER INSERT ON "audit_entry"
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW."position" IS NULL) EXECUTE FUNCTION "chain_audit_entry"();

CREATE FUNCTION "place_event"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    "place" bigint;
BEGIN
    INSERT INTO "trail" ("workspace_id") VALUES (NEW."workspace_id") ON CONFLICT DO NOTHING;
    UPDATE "trail" SET "event_position" = "event_position" + 1 WHERE "workspace_id" = NEW."workspace_id"
        RETURNING "event_position" INTO "place";
    UPDATE "event" SET "position" = "place" WHERE "workspace_id" = NEW."workspace_id" AND "seq" = NEW."seq";
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER "event_placed" AFTER INSERT ON "event"
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW."position" IS NULL) EXECUTE FUNCTION "place_event"();
