-- DropIndex
DROP INDEX "decision_workspace_id_credential_id_seq_idx";

-- DropIndex
DROP INDEX "decision_workspace_id_service_id_seq_idx";

-- AlterTable
ALTER TABLE "api_key" ADD COLUMN     "held_name" TEXT;

-- CreateIndex
CREATE UNIQUE INDEX "api_key_workspace_id_held_name_key" ON "api_key"("workspace_id", "held_name");

-- CreateIndex
CREATE INDEX "decision_workspace_id_credential_id_at_idx" ON "decision"("workspace_id", "credential_id", "at" DESC);

-- CreateIndex
CREATE INDEX "decision_workspace_id_service_id_at_idx" ON "decision"("workspace_id", "service_id", "at" DESC);

-- CreateIndex
CREATE INDEX "decision_workspace_id_customer_id_at_idx" ON "decision"("workspace_id", "customer_id", "at" DESC);
