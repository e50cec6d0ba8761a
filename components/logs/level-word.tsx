import type { ReactNode } from "react";
import type { LogLevel } from "@/lib/logs/schema";

/** Fuller and more pointed the more serious: told apart without colour. */
const drawings: Record<LogLevel, ReactNode> = {
  trace: <circle cx="8" cy="8" r="2" fill="currentColor" />,
  debug: <circle cx="8" cy="8" r="4.2" fill="none" stroke="currentColor" strokeWidth="1.6" />,
  info: (
    <>
      <circle cx="8" cy="8" r="5.7" fill="none" stroke="currentColor" strokeWidth="1.6" />
      <circle cx="8" cy="8" r="2" fill="currentColor" />
    </>
  ),
  warn: <path d="M8 2.6 14 13.4H2Z" fill="none" stroke="currentColor" strokeWidth="1.6" />,
  error: <path d="M8 1.6 15 14.4H1Z" fill="currentColor" />,
  fatal: <path d="M5 1h6l4 4v6l-4 4H5l-4-4V5Z" fill="currentColor" />,
};

/** How serious a line is: its shape and its word. */
export function LevelWord({ level }: { level: LogLevel }) {
  return (
    <span className={`level l-${level}`}>
      <svg className="g" viewBox="0 0 16 16" aria-hidden="true">
        {drawings[level]}
      </svg>
      <span>{level}</span>
    </span>
  );
}
