"use client";
import { noFilters } from "@/components/logs/filters";
import { useAddressBar } from "@/components/shell/address-bar";
import { useMayOpen } from "@/components/shell/side";
import { Listening } from "@/components/states/states";
import { Button } from "@/components/ui/button";
import { CodeBlock } from "@/components/ui/code-block";

/** What is shown while a live log has no lines: how to write the first, or how to widen the filters. */
export function FirstLine({ filtered, firstCall }: { filtered: boolean; firstCall: string }) {
  const { go } = useAddressBar();
  const isProvider = useMayOpen()("/services");
  return (
    <div className="dec-empty">
      <Listening
        title="Listening"
        text={
          filtered
            ? "The next line that the filters let through appears here."
            : "Lines that services write appear here, and every call of the gateway."
        }
        actions={filtered && <Button onClick={() => go(noFilters)}>Clear filters</Button>}
      />
      {!filtered && isProvider && (
        <div className="lg-first">
          <CodeBlock
            label="Write a line, with a key that holds write:logs"
            samples={[{ label: "curl", language: "shell", code: firstCall }]}
          />
        </div>
      )}
    </div>
  );
}
