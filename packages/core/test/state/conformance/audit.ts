import { describe, expect, test } from "vitest";
import type { AuditStore } from "../../../src/state/audit-store.ts";
import { type OpenStore, start } from "./setup.ts";

const at = (minutes: number): string => new Date(start + minutes * 60_000).toISOString();

export function describeAudit(open: OpenStore): void {
  describe("the audit", () => {
    test("has who asked for what, latest first, and how it ended", async () => {
      const { audit } = (await open()).store;
      const names = { agentName: "writer", scheduleName: "nightly" };
      const first = await audit.begin({
        at: at(0),
        operation: "trigger",
        ...names,
        actor: { via: "bearer", access: "full", address: "10.0.0.3" },
      });
      const second = await ask(audit, "cancelJob", { jobId: "job-1" });
      await audit.end(first, { outcome: "ok", newJobId: "job-1" });
      expect(audit.list({})).toEqual([
        {
          seq: second,
          at: at(0),
          operation: "cancelJob",
          jobId: "job-1",
          actor: { via: "process" },
        },
        {
          seq: first,
          at: at(0),
          operation: "trigger",
          ...names,
          actor: { via: "bearer", access: "full", address: "10.0.0.3" },
          outcome: "ok",
          newJobId: "job-1",
        },
      ]);
    });

    test("has where an agent came from, and its name once that is known", async () => {
      const { audit } = (await open()).store;
      const from = { source: "https://github.com/acme/agents.git" };
      await audit.end(await ask(audit, "addAgent", from), { outcome: "ok", agentName: "guest" });
      await audit.end(await ask(audit, "addAgent", { ...from, agentName: "second" }), {
        outcome: "AGENT_SOURCE",
      });
      expect(audit.list({})).toMatchObject([
        { ...from, agentName: "second", outcome: "AGENT_SOURCE" },
        { ...from, agentName: "guest", outcome: "ok" },
      ]);
    });

    test.each([
      [{ operation: "pause" }, ["pause"]],
      [{ agentName: "writer" }, ["pause"]],
      [{ jobId: "job-1" }, ["cancelJob", "trigger"]],
      [{ since: at(5) }, ["cancelJob"]],
      [{ limit: 2 }, ["cancelJob", "pause"]],
      [{ before: 2 }, ["trigger"]],
    ])("is filtered by %j", async (filter, operations) => {
      const { audit } = (await open()).store;
      await audit.end(await ask(audit, "trigger"), { outcome: "ok", newJobId: "job-1" });
      await ask(audit, "pause", { agentName: "writer" });
      await audit.begin({
        at: at(9),
        operation: "cancelJob",
        jobId: "job-1",
        actor: { via: "socket" },
      });
      expect(audit.list(filter).map(({ operation }) => operation)).toEqual(operations);
    });

    test("forgets what is old, and gives no number twice", async () => {
      const { audit } = (await open()).store;
      const old = await ask(audit, "reload");
      expect(await audit.prune(at(1))).toBe(1);
      expect(await audit.prune(at(1))).toBe(0);
      expect(await ask(audit, "reload")).toBeGreaterThan(old);
    });
  });
}

function ask(audit: AuditStore, operation: string, target: object = {}): Promise<number> {
  return audit.begin({ at: at(0), operation, ...target, actor: { via: "process" } });
}
