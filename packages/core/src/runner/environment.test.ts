import { describe, expect, it } from "vitest";
import { agentEnvironment } from "./environment.ts";

const agent = { qualifiedName: "sub.writer", env: { MODE: "agent", TOKEN: "t" } };

describe("agentEnvironment", () => {
  it("adds the agent's own and the marker to what herdctl was given", () => {
    const base = { PATH: "/bin", MODE: "base", MISSING: undefined };
    expect(agentEnvironment({ base, agent, jobId: "job-1" })).toEqual({
      PATH: "/bin",
      MODE: "agent",
      TOKEN: "t",
      HERDCTL_JOB: "job-1",
      HERDCTL_AGENT: "sub.writer",
    });
  });

  it("does not hand on what another Claude said about itself, nor another job's marker", () => {
    const base = {
      CLAUDECODE: "1",
      CLAUDE_CODE_ENTRYPOINT: "cli",
      CLAUDE_CODE_SESSION_ID: "s",
      HERDCTL_JOB: "job-0",
    };
    expect(agentEnvironment({ base, agent: { ...agent, env: {} }, jobId: "job-1" })).toEqual({
      HERDCTL_JOB: "job-1",
      HERDCTL_AGENT: "sub.writer",
    });
  });

  it("does not hand on what lets a person into a fleet, unless the agent is given it", () => {
    const base = { HERDCTL_URL: "https://fleet.example.com", HERDCTL_TOKEN: "t" };
    const marker = { HERDCTL_JOB: "job-1", HERDCTL_AGENT: "sub.writer" };
    const none = { ...agent, env: {} };
    expect(agentEnvironment({ base, agent: none, jobId: "job-1" })).toEqual(marker);
    const given = { ...agent, env: { HERDCTL_TOKEN: "own" } };
    expect(agentEnvironment({ base, agent: given, jobId: "job-1" })).toEqual({
      HERDCTL_TOKEN: "own",
      ...marker,
    });
  });
});
