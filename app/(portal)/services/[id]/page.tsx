import type { Metadata } from "next";
import { FirstData } from "@/app/(portal)/first-data";
import { ServiceDetail } from "@/components/services/service-detail";
import { requirePortalSession } from "@/lib/accounts/session";
import { services } from "@/lib/client/services";
import { gatewayUrl } from "@/lib/env";
import { readService } from "@/lib/services/read";

export const metadata: Metadata = { title: "Service" };

export default async function ServicePage({ params }: { params: Promise<{ id: string }> }) {
  const { actor, workspace } = await requirePortalSession();
  const { id } = await params;
  return (
    <FirstData answers={[{ queryKey: services.detail(id).queryKey, load: () => readService(actor, id) }]}>
      <ServiceDetail id={id} gateway={gatewayUrl()} workspace={workspace} />
    </FirstData>
  );
}
