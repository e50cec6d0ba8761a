"use client";
import { useSyncExternalStore } from "react";

function everySecond(tick: () => void) {
  const timer = setInterval(tick, 1000);
  return () => clearInterval(timer);
}

const now = () => Math.floor(Date.now() / 1000);

export interface CountdownProps {
  /** RFC 3339 time it counts down to. */
  until: string;
  /** 24 px instead of 18. */
  large?: boolean;
}

/** Time left, such as 18 h 22 m 41 s; stops at nought. */
export function Countdown({ until, large = false }: CountdownProps) {
  const second = useSyncExternalStore(everySecond, now, now);
  const left = Math.max(0, Math.floor(Date.parse(until) / 1000) - second);
  const units = [
    ["d", Math.floor(left / 86_400)],
    ["h", Math.floor(left / 3600) % 24],
    ["m", Math.floor(left / 60) % 60],
    ["s", left % 60],
  ] as const;
  const first = units.findIndex(([, count]) => count > 0);
  return (
    <span className={large ? "countdown xl" : "countdown"} suppressHydrationWarning role="timer">
      {units.slice(first < 0 ? 3 : first, first === 0 ? 3 : 4).map(([unit, count]) => (
        <span key={unit} suppressHydrationWarning>
          {count}
          <small>{unit}</small>
        </span>
      ))}
    </span>
  );
}
