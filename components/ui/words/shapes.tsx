import type { ReactNode } from "react";

/** Our own 16-grid symbols: verdicts, matrix cells and key states. Each is told apart by its outline, not its colour. */
const drawings = {
  allow: (
    <path
      fill="currentColor"
      fillRule="evenodd"
      d="M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1zM7.05 11.5 4.15 8.6l1.1-1.1L7 9.25l3.85-4.3L12 6z"
    />
  ),
  deny: (
    <path
      fill="currentColor"
      fillRule="evenodd"
      d="M3.5 1.5h9a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2h-9a2 2 0 0 1-2-2v-9a2 2 0 0 1 2-2zM4 7.2v1.6h8V7.2z"
    />
  ),
  limited: (
    <path
      fill="currentColor"
      fillRule="evenodd"
      d="M7.1.9a1.3 1.3 0 0 1 1.8 0l6.2 6.2a1.3 1.3 0 0 1 0 1.8l-6.2 6.2a1.3 1.3 0 0 1-1.8 0L.9 8.9a1.3 1.3 0 0 1 0-1.8zM5.9 5.5v5h1.5v-5zm2.7 0v5h1.5v-5z"
    />
  ),
  error: (
    <path
      fill="currentColor"
      fillRule="evenodd"
      d="M6.9 1.7a1.3 1.3 0 0 1 2.2 0l6 10.4a1.3 1.3 0 0 1-1.1 1.9H2a1.3 1.3 0 0 1-1.1-1.9zM7.2 5.5v4h1.6v-4zm0 5.2v1.5h1.6v-1.5z"
    />
  ),
  "would-allow": (
    <>
      <circle
        cx="8"
        cy="8"
        r="6.25"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        strokeDasharray="2.75 2.16"
      />
      <path d="m5.4 8.2 1.8 1.8 3.4-3.8" stroke="currentColor" strokeWidth="1.5" fill="none" />
    </>
  ),
  "would-deny": (
    <>
      <rect
        x="2.25"
        y="2.25"
        width="11.5"
        height="11.5"
        rx="1.6"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        strokeDasharray="2.6 1.9"
        strokeDashoffset="1"
      />
      <path d="M5 8h6" stroke="currentColor" strokeWidth="1.6" fill="none" />
    </>
  ),
  conditional: (
    <>
      <circle cx="8" cy="8" r="6.25" fill="none" stroke="currentColor" strokeWidth="1.5" />
      <path d="M8 3.8a4.2 4.2 0 0 1 0 8.4z" fill="currentColor" />
    </>
  ),
  "service-default": <circle cx="8" cy="8" r="2.25" fill="none" stroke="currentColor" strokeWidth="1.5" />,
  active: <circle cx="8" cy="8" r="3.5" fill="currentColor" />,
  overlap: (
    <>
      <path d="M1.75 3.25h8.5v3.5h-8.5z" fill="none" stroke="currentColor" strokeWidth="1.5" />
      <path d="M5 9h10v5H5z" fill="currentColor" />
    </>
  ),
  held: (
    <>
      <circle cx="8" cy="8" r="4.75" fill="none" stroke="currentColor" strokeWidth="1.5" />
      <path d="M6.7 6.2v3.6M9.3 6.2v3.6" stroke="currentColor" strokeWidth="1.4" />
    </>
  ),
  over: (
    <>
      <circle cx="8" cy="8" r="3.75" fill="none" stroke="currentColor" strokeWidth="1.5" />
      <path d="m3.5 12.5 9-9" stroke="currentColor" strokeWidth="1.5" />
    </>
  ),
} as const satisfies Record<string, ReactNode>;

export type ShapeName = keyof typeof drawings;

/** One symbol at 14 px. Decorative: a word always stands beside it. */
export function Shape({ name, className = "" }: { name: ShapeName; className?: string }) {
  return (
    <svg className={`g ${className}`} viewBox="0 0 16 16" aria-hidden="true">
      {drawings[name]}
    </svg>
  );
}
