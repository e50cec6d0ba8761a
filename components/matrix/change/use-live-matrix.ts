"use client";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { StreamState } from "@/lib/client/records/event-stream";
import { followMatrix, matrix } from "@/lib/client/rules/matrix";

/** Changes that come together are read once. */
const gatherMs = 100;

/** Reads the matrix again whenever anyone changes what it shows. Tells how the connection stands. */
export function useLiveMatrix(): StreamState {
  const client = useQueryClient();
  const [state, setState] = useState<StreamState>("connecting");
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | null = null;
    const readAgain = () => {
      timer ??= setTimeout(() => {
        timer = null;
        void client.invalidateQueries({ queryKey: matrix.all });
      }, gatherMs);
    };
    const stop = followMatrix({
      onState: setState,
      onChange(version) {
        // The first event says what holds already; what was read at that version need not be read again.
        const isRead = client
          .getQueriesData<{ version: number }>({ queryKey: matrix.windows })
          .every(([, window]) => window === undefined || window.version === version);
        if (!isRead) readAgain();
      },
    });
    return () => {
      if (timer !== null) clearTimeout(timer);
      stop();
    };
  }, [client]);
  return state;
}
