"use client";
import { useEffect, useEffectEvent, useState } from "react";

/** A value once it has stayed the same for `quietMs`. Values are compared as JSON. */
export function useSettled<Value>(value: Value, quietMs: number): Value {
  const [settled, setSettled] = useState(value);
  const text = JSON.stringify(value);
  const settle = useEffectEvent(() => setSettled(value));
  useEffect(() => {
    const timer = setTimeout(() => settle(), quietMs);
    return () => clearTimeout(timer);
  }, [text, quietMs]);
  return settled;
}
