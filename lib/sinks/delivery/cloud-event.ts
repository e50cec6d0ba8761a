/** A row of a sink's outbox. */
export interface OutboxEvent {
  seq: string;
  id: string;
  holderId: string;
  subject: string;
  minute: Date;
  calls: number;
  cost: number;
  errors: number;
  denied: number;
  limited: number;
  requestBytes: number;
  responseBytes: number;
}

/**
 * A CloudEvent (1.0, JSON format) as OpenMeter ingests it: meters sum a property of `data`. The same row is the same
 * event however often it is sent; the receiver tells repeats by `source` and `id`.
 */
export function cloudEvent(row: OutboxEvent, { source, type }: { source: string; type: string }) {
  const { holderId, calls, cost, errors, denied, limited, requestBytes, responseBytes } = row;
  return {
    specversion: "1.0",
    id: row.id,
    source,
    type,
    subject: row.subject,
    time: row.minute.toISOString(),
    datacontenttype: "application/json",
    data: { holder: holderId, calls, cost, errors, denied, limited, requestBytes, responseBytes },
  };
}
