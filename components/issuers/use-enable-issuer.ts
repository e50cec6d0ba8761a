"use client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { toast } from "@/components/ui/overlay/toaster";
import { issuers, updateIssuer } from "@/lib/client/issuers";
import type { Issuer } from "@/lib/issuers/schema";

/** Lets an issuer's tokens count again; shown at once, and taken back when it is refused. */
export function useEnableIssuer(issuer: Issuer) {
  const client = useQueryClient();
  const { queryKey } = issuers.detail(issuer.id);
  return useMutation({
    mutationFn: () => updateIssuer({ id: issuer.id, disabled: false }),
    onMutate: () => client.setQueryData(queryKey, { ...issuer, disabled: false }),
    onSuccess: () => toast({ text: `${issuer.name} is enabled. Its tokens count again.` }),
    onError: (error) => {
      client.setQueryData(queryKey, issuer);
      toast({ tone: "failed", text: `${issuer.name} is still disabled. ${error.message}` });
    },
    onSettled: () => client.invalidateQueries({ queryKey: issuers.all }),
  });
}
