"use client";
import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { clsx } from "clsx";
import { Icon } from "@/components/ui/icon";

/** Whether something was copied within the last 2 s, and the function that copies. */
export function useCopy() {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 2000);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async (text: string) => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
  };
  return { copied, copy };
}

export interface CopyButtonProps {
  /** What goes to the clipboard. */
  text: string;
  /** Accessible name, such as "Copy id". */
  label: string;
  /** `inline` is 20 px beside a word, `corner` 28 px over a code block. */
  place?: "inline" | "corner";
  /** Told after the text reached the clipboard. */
  onCopied?: (() => void) | undefined;
}

/** Copies; says "Copied" for 2 s, also to screen readers. */
export function CopyButton({ text, label, place = "inline", onCopied }: CopyButtonProps) {
  const { copied, copy } = useCopy();
  const take = async () => {
    await copy(text);
    onCopied?.();
  };
  return (
    <button
      type="button"
      className={clsx(place === "inline" ? "copy" : "btn sm ghost icon code-copy", copied && "t-allow")}
      aria-label={label}
      data-why={copied ? "Copied" : label}
      onClick={() => void take()}
    >
      <Icon of={copied ? Check : Copy} small={place === "inline"} />
      <span className="vh" role="status">
        {copied ? "Copied" : ""}
      </span>
    </button>
  );
}
