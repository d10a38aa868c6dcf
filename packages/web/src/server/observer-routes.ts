import { currentActor, type FleetHealth, type Logger } from "@herdctl/core";
import { Hono } from "hono";
import type { FleetTarget } from "../fleet-target.ts";
import type { HealthCheck } from "../health-check.ts";
import { localOperations } from "../local-operations.ts";
import type { AnswerMcp } from "../mcp/serve-http.ts";
import type { FleetMetrics } from "../metrics/fleet-metrics.ts";

/** What the routes for other programs are made of: probes, Prometheus, MCP clients. */
export interface ObserverParts {
  readonly fleet: FleetTarget;
  readonly checkHealth: HealthCheck;
  readonly metrics: FleetMetrics;
  readonly logger: Logger;
  readonly closing: AbortSignal;
}

/** Paths that anybody may ask, without a token: they tell a word. */
export const healthPaths: readonly string[] = ["/healthz", "/readyz"];

/** Where MCP clients ask; whoever may only look asks with POST, too. */
export const mcpPath = "/mcp";

/** Routes that speak another language than the contract. */
export function createObserverRoutes(parts: ObserverParts): Hono {
  const { checkHealth, metrics } = parts;
  const app = new Hono();
  const headers = { "cache-control": "no-store" };
  app.get("/healthz", (c) => c.text("ok\n", 200, headers));
  app.get("/readyz", async (c) => {
    const problem = await findProblem(checkHealth);
    return problem ? c.text(`${problem}\n`, 503, headers) : c.text("ready\n", 200, headers);
  });
  app.get("/metrics", async (c) => {
    const { contentType, text } = await metrics.render();
    return c.body(text, 200, { ...headers, "content-type": contentType });
  });
  let answers: Promise<AnswerMcp> | undefined;
  app.all(mcpPath, async (c) => {
    answers ??= loadMcp(parts);
    return (await answers)(c.req.raw, mayOnlyLook());
  });
  return app;
}

// Nobody stands before the control socket: there, it is the program of the owner.
function mayOnlyLook(): boolean {
  const actor = currentActor();
  return "access" in actor && actor.access === "read-only";
}

async function findProblem(checkHealth: HealthCheck): Promise<FleetHealth["problem"]> {
  try {
    return (await checkHealth()).problem;
  } catch {
    // It cannot even be read.
    return "store";
  }
}

// Most daemons never meet an MCP client.
async function loadMcp({ fleet, logger, closing }: ObserverParts): Promise<AnswerMcp> {
  const { createMcpAnswers } = await import("../mcp/serve-http.ts");
  const reached = { fleet: localOperations(fleet), [Symbol.asyncDispose]: async () => undefined };
  return createMcpAnswers({ reachFleet: async () => reached, logger, closing });
}
