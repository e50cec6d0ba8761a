import type { Metadata } from "next";
import { FirstData } from "@/app/(portal)/first-data";
import { ServiceDetail } from "@/components/services/service-detail";
import { requirePortalSession } from "@/lib/accounts/session/session";
import { decisions } from "@/lib/client/records/decisions";
import { lineQuery, matrix } from "@/lib/client/rules/matrix";
import { rules } from "@/lib/client/rules/rules";
import { services } from "@/lib/client/services";
import { gatewayUrl } from "@/lib/env";
import { listDecisions } from "@/lib/events/decisions/list-decisions";
import { readMatrix } from "@/lib/matrix/read-matrix";
import { MatrixQuery } from "@/lib/matrix/schema";
import { listRules } from "@/lib/rules/read";
import { readService } from "@/lib/services/read";

export const metadata: Metadata = { title: "Service" };

export default async function ServicePage({ params }: { params: Promise<{ id: string }> }) {
  const { actor, workspace } = await requirePortalSession();
  const { id } = await params;
  return (
    <FirstData
      answers={[
        { queryKey: services.detail(id).queryKey, load: () => readService(actor, id) },
        { queryKey: rules.list({ limit: 100 }).queryKey, load: () => listRules(actor, { limit: 100 }) },
        {
          queryKey: matrix.line({ service: id }).queryKey,
          load: () => readMatrix(actor, MatrixQuery.parse(lineQuery({ service: id }))),
        },
        {
          queryKey: decisions.list({ service: id }, 10).queryKey,
          firstPage: () => listDecisions(actor, { service: id, limit: 10 }),
        },
      ]}
    >
      <ServiceDetail id={id} gateway={gatewayUrl()} workspace={workspace} />
    </FirstData>
  );
}
