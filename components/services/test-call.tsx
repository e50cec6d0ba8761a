"use client";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { usePermission } from "@/components/shell/permissions";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/form/input";
import { Select } from "@/components/ui/form/select";
import { Note, Plate } from "@/components/ui/plate";
import { Tag } from "@/components/ui/tag";
import { methods } from "@/lib/rules/catalogue";
import { testService } from "@/lib/client/services";
import type { Service } from "@/lib/services/schema";
import type { TestCallAnswer } from "@/lib/services/upstream/schema";

const options = methods.map((method) => ({ value: method, label: method }));

/** Calls the upstream once from here, past the rules: is it there, and what does it say. */
export function TestCallPlate({ service }: { service: Service }) {
  const permission = usePermission("invoke:services");
  const [method, setMethod] = useState<(typeof methods)[number]>("GET");
  const [path, setPath] = useState("/");
  const call = useMutation({
    mutationFn: () => testService({ id: service.id, method, path: path.startsWith("/") ? path : `/${path}` }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (permission.allowed) call.mutate();
  };
  return (
    <Plate title="Test call">
      <p className="small muted test-note">Past the rules.</p>
      <form className="test-call" onSubmit={submit}>
        <Select label="Method" options={options} value={method} onChange={setMethod} />
        <Input
          className="mono"
          aria-label="Path"
          value={path}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => setPath(event.target.value)}
        />
        <Button type="submit" why={permission.why} busy={call.isPending && "Calling"}>
          Call
        </Button>
      </form>
      <div role="status">
        {call.isError && (
          <Note tone="deny">
            <b>No answer.</b> {call.error.message}
          </Note>
        )}
        {call.isSuccess && <Answer answer={call.data} />}
      </div>
    </Plate>
  );
}

function Answer({ answer }: { answer: TestCallAnswer }) {
  const type = answer.headers["content-type"];
  return (
    <div className="test-answer">
      <p className="row small">
        <Tag tone={answer.status < 400 ? "allow" : answer.status < 500 ? "limited" : "deny"}>
          {String(answer.status)}
        </Tag>
        <b>{answer.latencyMs.toFixed(answer.latencyMs < 10 ? 1 : 0)} ms</b>
        {type !== undefined && <code className="faint trunc">{type}</code>}
      </p>
      <div className="code">
        <pre tabIndex={0} role="region" aria-label="Body of the answer">
          {answer.body === "" ? "(no body)" : answer.body}
        </pre>
      </div>
      {answer.truncated && <p className="small muted">The first 2 KiB are shown.</p>}
    </div>
  );
}
