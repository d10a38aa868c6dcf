import type { TracerProvider } from "@opentelemetry/api";

// Where the API keeps what was registered, for every copy of it in a process.
const registry = Symbol.for("opentelemetry.js.api.1");

/**
 * The OpenTelemetry SDK that somebody registered in this process. Read without the API, which would
 * have to be loaded, and which refuses an SDK that came with an older minor version of itself; what
 * is used here has been the same since 1.0.
 */
export function registeredProvider(): TracerProvider | undefined {
  const api: unknown = Reflect.get(globalThis, registry);
  if (typeof api !== "object" || api === null || !("trace" in api)) return undefined;
  return isProvider(api.trace) ? api.trace : undefined;
}

function isProvider(value: unknown): value is TracerProvider {
  return (
    typeof value === "object" &&
    value !== null &&
    "getTracer" in value &&
    typeof value.getTracer === "function"
  );
}
