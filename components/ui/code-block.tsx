"use client";
import { useState } from "react";
import { CopyButton } from "@/components/ui/copy-button";
import { Tabs } from "@/components/ui/tabs";

/** One piece of code. `shell`, `script` (JavaScript, Python), `env` and `json` differ in what is coloured; of `text` nothing is. */
export interface Sample {
  /** Tab word: curl, fetch, Python, .env. */
  label: string;
  language: "shell" | "script" | "env" | "json" | "text";
  code: string;
  /** What Copy puts on the clipboard when it is not what is shown, such as the unmasked secret. */
  copy?: string | undefined;
}

const words = {
  shell: /("(?:[^"\\]|\\.)*"|'[^']*')|(^\s*(?:curl|export)\b|\s-{1,2}[A-Za-z][\w-]*)/gm,
  script:
    /("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`)|\b(const|await|import|from|fetch|new|return|print|as|async|for|in)\b/gm,
  env: /(?<==)(.*)$|^([A-Z_][A-Z0-9_]*)(?==)/gm,
  json: /("(?:[^"\\]|\\.)*")(?!\s*:)|("(?:[^"\\]|\\.)*")(?=\s*:)/gm,
} as const;

interface Piece {
  text: string;
  tone: "s" | "c" | undefined;
}

function colour({ code, language }: Sample): Piece[] {
  if (language === "text") return [{ text: code, tone: undefined }];
  const pieces: Piece[] = [];
  let from = 0;
  for (const match of code.matchAll(words[language])) {
    pieces.push({ text: code.slice(from, match.index), tone: undefined });
    pieces.push({ text: match[0], tone: match[1] === undefined ? "c" : "s" });
    from = match.index + match[0].length;
  }
  return [...pieces, { text: code.slice(from), tone: undefined }];
}

export interface CodeBlockProps {
  label: string;
  samples: readonly Sample[];
  /** Told which sample was copied. */
  onCopied?: (sample: Sample) => void;
}

/** Code that can be copied, with tabs when there is more than one sample. */
export function CodeBlock({ label, samples, onCopied }: CodeBlockProps) {
  const [chosen, choose] = useState(samples[0]?.label ?? "");
  const sample = samples.find((one) => one.label === chosen) ?? samples[0];
  if (!sample) return null;
  const body = (
    <div className="code">
      <CopyButton
        place="corner"
        text={sample.copy ?? sample.code}
        label={`Copy ${sample.label}`}
        onCopied={() => onCopied?.(sample)}
      />
      <pre tabIndex={0} aria-label={`${label}, ${sample.label}`} role="region">
        {colour(sample).map((piece, at) => (
          <span key={at} className={piece.tone}>
            {piece.text}
          </span>
        ))}
      </pre>
    </div>
  );
  if (samples.length === 1) return body;
  const items = samples.map((one) => ({ value: one.label, label: one.label }));
  return (
    <div className="code-tabs">
      <Tabs label={label} items={items} value={sample.label} onChange={choose} />
      {body}
    </div>
  );
}
