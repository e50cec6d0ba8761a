import { useQuery } from "@tanstack/react-query";
import { names } from "@/lib/client/names";

interface Option {
  value: string;
  label: string;
}

/** The listed credentials and the chosen one, which is asked for by itself where the list does not hold it. */
export function useCredentialOptions(listed: readonly Option[], chosen: string | null): readonly Option[] {
  const isListed = chosen === null || listed.some(({ value }) => value === chosen);
  const name = useQuery({ ...names.credential(chosen ?? ""), enabled: !isListed }).data;
  if (isListed) return listed;
  return [...listed, { value: chosen, label: name ?? chosen }];
}
