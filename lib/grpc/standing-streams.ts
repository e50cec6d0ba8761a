import type { EventEmitter } from "node:events";
import type {
  Server,
  ServiceDefinition,
  UntypedHandleCall,
  UntypedServiceImplementation,
} from "@grpc/grpc-js";

/** Where services are added whose streams stay open for as long as their callers like. */
export interface StandingStreams {
  addService(definition: ServiceDefinition, implementation: UntypedServiceImplementation): void;
  /** Ends every stream that is open, so that nothing waits for them when the server stops. */
  end(): void;
}

/** Adds services to `server` and knows their open streams. */
export function standingStreams(server: Server): StandingStreams {
  const open = new Set<Stream>();
  const followed =
    (handler: UntypedHandleCall): UntypedHandleCall =>
    (call: EventEmitter, callback: unknown) => {
      if (isStream(call)) {
        open.add(call);
        for (const over of ["close", "cancelled"]) call.once(over, () => open.delete(call));
      }
      Reflect.apply(handler, undefined, [call, callback]);
    };
  return {
    addService(definition, implementation) {
      const handlers = Object.entries(implementation).map(([name, handler]) => [name, followed(handler)]);
      server.addService(definition, Object.fromEntries(handlers));
    },
    end() {
      for (const stream of open) stream.end();
    },
  };
}

type Stream = EventEmitter & { end(): void };

function isStream(call: EventEmitter): call is Stream {
  return "end" in call && typeof call.end === "function";
}
