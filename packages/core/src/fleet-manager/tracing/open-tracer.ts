import type { Fleet } from "../fleet.ts";
import { JobTracer } from "./job-tracer.ts";
import { registeredProvider } from "./registered-provider.ts";
import { createSpans } from "./spans.ts";

/** Traces jobs where somebody has registered an OpenTelemetry SDK; elsewhere, nothing is loaded. */
export async function openTracer(fleet: Fleet): Promise<JobTracer | undefined> {
  const provider = registeredProvider();
  if (!provider) return undefined;
  const api = await import("@opentelemetry/api");
  return new JobTracer(fleet, createSpans(provider.getTracer("herdctl"), api));
}
