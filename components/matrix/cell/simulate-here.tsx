"use client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Candidates } from "@/components/rules/candidates";
import { type Method, readableMethod } from "@/components/rules/read-method";
import { reasonText } from "@/components/rules/simulate/reason-text";
import { RefusalNote } from "@/components/forms/refusal-note";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/form/input";
import { Select } from "@/components/ui/form/select";
import { VerdictWord } from "@/components/ui/words/verdict-word";
import { simulations } from "@/lib/client/rules/trials";
import { methods } from "@/lib/rules/catalogue";

/** Judges one request of a cell by the rules of now; nothing is recorded. */
export function SimulateHere({ place }: { place: { credential: string; service: string } }) {
  const [method, setMethod] = useState<Method>("GET");
  const [path, setPath] = useState("/");
  const [request, setRequest] = useState<{ method: Method; path: string }>({ method, path });
  const simulated = useQuery({
    ...simulations.of({
      request,
      service: place.service,
      ...(place.credential === "anonymous" ? {} : { credential: place.credential }),
    }),
    placeholderData: keepPreviousData,
  });
  const ask = (event: FormEvent) => {
    event.preventDefault();
    setRequest({ method, path });
  };
  return (
    <>
      <form className="mx-sim" onSubmit={ask}>
        <Select
          label="Method"
          size={28}
          options={methods.map((value) => ({ value, label: value }))}
          value={method}
          onChange={(value) => setMethod(readableMethod(value) ?? "GET")}
        />
        <Input
          size={28}
          aria-label="Path"
          value={path}
          maxLength={2_000}
          onChange={(event) => setPath(event.target.value)}
        />
        <Button size={28} type="submit">
          Simulate
        </Button>
      </form>
      {simulated.isError && <RefusalNote error={simulated.error} />}
      {simulated.data !== undefined && (
        <div role="status">
          <p className="row">
            <VerdictWord verdict={simulated.data.decision.verdict} />
            <span className="small muted">{reasonText(simulated.data.decision)}</span>
          </p>
          {simulated.data.decision.reason !== "NO_CREDENTIAL" && (
            <Candidates candidates={simulated.data.trace.candidates} omitted={simulated.data.trace.omitted} />
          )}
        </div>
      )}
    </>
  );
}
