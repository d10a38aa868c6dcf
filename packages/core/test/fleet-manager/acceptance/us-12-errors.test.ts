import { writeFile } from "node:fs/promises";
import {
  AgentNotFoundError,
  ConcurrencyLimitError,
  ConfigurationError,
  FleetManagerError,
  InvalidStateError,
  JobNotFoundError,
  ScheduleNotFoundError,
  StateDirectoryError,
  StateLockedError,
} from "@herdctl/core";
import { createTestFleet, script, type TestFleet } from "@herdctl/testing";
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from "vitest";

interface Failure {
  readonly type: abstract new (...args: never[]) => FleetManagerError;
  readonly facts: Readonly<Record<string, unknown>>;
  /** What to do, or what exists. */
  readonly advice: RegExp;
}

const failures: Readonly<Record<string, Failure>> = {
  configuration: {
    type: ConfigurationError,
    facts: {
      code: "CONFIGURATION_ERROR",
      configPath: expect.stringContaining("broken.yaml"),
      validationErrors: [expect.stringContaining("max_turns")],
    },
    advice: /broken\.yaml:2/,
  },
  agent: {
    type: AgentNotFoundError,
    facts: { code: "AGENT_NOT_FOUND", agentName: "writr" },
    advice: /Did you mean "writer"\?/,
  },
  job: {
    type: JobNotFoundError,
    facts: { code: "JOB_NOT_FOUND", jobId: "job-none" },
    advice: /herdctl jobs/,
  },
  schedule: {
    type: ScheduleNotFoundError,
    facts: { code: "SCHEDULE_NOT_FOUND", agentName: "writer", scheduleName: "dayly" },
    advice: /Did you mean "daily"\?/,
  },
  state: {
    type: InvalidStateError,
    facts: {
      code: "INVALID_STATE",
      currentState: "running",
      expectedState: expect.any(String),
      operation: "start",
    },
    advice: /must be/,
  },
  limit: {
    type: ConcurrencyLimitError,
    facts: { code: "CONCURRENCY_LIMIT", agentName: "writer", currentJobs: 1, limit: 1 },
    advice: /raise its `concurrency`/,
  },
  lock: {
    type: StateLockedError,
    facts: { code: "STATE_LOCKED", stateDir: expect.any(String) },
    advice: /Stop that fleet first/,
  },
  directory: {
    type: StateDirectoryError,
    facts: { code: "STATE_DIR", stateDir: expect.any(String) },
    advice: /Choose another one/,
  },
};

describe("US-12: error handling", () => {
  const thrown: Record<string, unknown> = {};
  let test: TestFleet;

  beforeAll(async () => {
    test = await createTestFleet({
      agents: {
        writer: {
          default_prompt: "x",
          schedules: { daily: { type: "cron", cron: "0 0 1 1 *", prompt: "y" } },
        },
      },
      files: { "broken.yaml": "name: broken\nmax_turns: many\n" },
      scripts: { writer: script().stall() },
    });
    await using fleet = test.manager();
    await using second = test.manager();
    await fleet.initialize();
    await second.initialize();
    await fleet.start();
    await fleet.trigger("writer");
    const file = `${test.dir}/file`;
    await writeFile(file, "");
    const asked: Readonly<Record<string, () => unknown>> = {
      configuration: () => test.manager({ configPath: `${test.dir}/broken.yaml` }).initialize(),
      agent: () => fleet.getAgent("writr"),
      job: () => fleet.getJob("job-none"),
      schedule: () => fleet.getSchedule("writer", "dayly"),
      state: () => fleet.start(),
      limit: () => fleet.trigger("writer", undefined, { queue: false }),
      lock: () => second.start(),
      directory: () => test.manager({ stateDir: file }).initialize(),
    };
    for (const [name, ask] of Object.entries(asked)) {
      try {
        thrown[name] = await ask();
      } catch (error) {
        thrown[name] = error;
      }
    }
    await fleet.stop({ waitForJobs: false });
  });

  afterAll(() => test[Symbol.asyncDispose]());

  it.each(Object.keys(failures))("all errors extend FleetManagerError base class: %s", (name) => {
    expect(thrown[name]).toBeInstanceOf(FleetManagerError);
    expect(thrown[name]).toBeInstanceOf(Error);
  });

  it("specific error types for different failure modes", () => {
    for (const [name, { type }] of Object.entries(failures)) {
      expect(thrown[name]).toBeInstanceOf(type);
      expect(thrown[name]).toMatchObject({ name: type.name });
    }
  });

  it("errors include relevant context (agent name, job id, etc.)", () => {
    for (const [name, { facts }] of Object.entries(failures)) {
      expect(thrown[name]).toMatchObject(facts);
      expect(thrown[name]).toHaveProperty("context");
    }
  });

  it("errors are typed for TypeScript consumers", () => {
    const describeError = (error: unknown): string => {
      if (error instanceof AgentNotFoundError) {
        expectTypeOf(error.code).toEqualTypeOf<"AGENT_NOT_FOUND">();
        return error.agentName;
      }
      if (error instanceof ConcurrencyLimitError) {
        expectTypeOf(error.limit).toEqualTypeOf<number>();
        return `${error.currentJobs}/${error.limit}`;
      }
      if (error instanceof ConfigurationError) {
        expectTypeOf(error.validationErrors).toEqualTypeOf<string[]>();
        return error.configPath;
      }
      return error instanceof FleetManagerError ? error.code : "unknown";
    };
    expect(describeError(thrown["agent"])).toBe("writr");
    expect(describeError(thrown["limit"])).toBe("1/1");
    expect(describeError(thrown["configuration"])).toContain("broken.yaml");
    expect(describeError(thrown["job"])).toBe("JOB_NOT_FOUND");
  });

  it("error messages are actionable", () => {
    for (const [name, { advice }] of Object.entries(failures)) {
      expect(thrown[name]).toMatchObject({ message: expect.stringMatching(advice) });
    }
  });
});
