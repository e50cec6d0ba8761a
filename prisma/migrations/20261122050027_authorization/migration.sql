-- AlterTable
ALTER TABLE "decision" ADD COLUMN     "input" JSONB;

-- AlterTable
ALTER TABLE "ruleset" ADD COLUMN     "change" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "changes_all" BOOLEAN NOT NULL DEFAULT true,
ADD COLUMN     "rule_ids" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN     "service_ids" TEXT[] DEFAULT ARRAY[]::TEXT[];

-- AlterTable
ALTER TABLE "service" ADD COLUMN     "forward_auth" JSONB NOT NULL DEFAULT '{}',
ADD COLUMN     "injection" JSONB,
ADD COLUMN     "injection_secret" BYTEA,
ADD COLUMN     "methods" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN     "paths" JSONB NOT NULL DEFAULT '{}',
ADD COLUMN     "required_scopes" JSONB NOT NULL DEFAULT '[]';

-- CreateTable
CREATE TABLE "node" (
    "id" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "seen_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "node_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "node_ruleset" (
    "node_id" TEXT NOT NULL,
    "workspace_id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "applied_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "node_ruleset_pkey" PRIMARY KEY ("workspace_id","node_id")
);

-- CreateTable
CREATE TABLE "rule_match" (
    "workspace_id" TEXT NOT NULL,
    "rule_name" TEXT NOT NULL,
    "day" DATE NOT NULL,
    "enforced" BIGINT NOT NULL,
    "shadow" BIGINT NOT NULL,
    "last_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "rule_match_pkey" PRIMARY KEY ("workspace_id","rule_name","day")
);

-- CreateIndex
CREATE INDEX "node_ruleset_node_id_idx" ON "node_ruleset"("node_id");

-- AddForeignKey
ALTER TABLE "node_ruleset" ADD CONSTRAINT "node_ruleset_node_id_fkey" FOREIGN KEY ("node_id") REFERENCES "node"("id") ON DELETE CASCADE ON UPDATE CASCADE;
