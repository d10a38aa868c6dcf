import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { FleetManager, OutputLine } from "@herdctl/core";
import { claudeBinary, script, type ScriptBuilder } from "@herdctl/testing";
import { describe, expect, it } from "vitest";
import { answersOf } from "../agent-tools/running.ts";
import { type Place, startPlace } from "../credential-proxy/around-proxy.ts";
import { leaveInTool, release, untilReleased } from "../fleet-manager/held-tool.ts";
import { processesOf } from "../fleet-manager/processes.ts";
import { createContainedFleet } from "./contained-fleet.ts";
import { containersOf, noEngine } from "./engine.ts";

interface Leashed {
  readonly runtime?: "sdk" | "cli";
  readonly script: ScriptBuilder;
  readonly allow: readonly string[];
  readonly agent?: Readonly<Record<string, unknown>>;
  readonly docker?: Readonly<Record<string, unknown>>;
  readonly files?: Readonly<Record<string, string>>;
}

/** A fleet whose agent reaches these places and no others. */
const createLeashedFleet = ({ runtime = "cli", allow, docker, ...rest }: Leashed) =>
  createContainedFleet({
    runtime,
    ...rest,
    docker: { network: undefined, egress: { allow }, ...docker },
  });

/** A place on the host as a container calls it. */
const nameOf = ({ port }: Place): string => `host.docker.internal:${port}`;

async function refusalsOf(fleet: FleetManager, id: string): Promise<readonly OutputLine[]> {
  const lines: OutputLine[] = [];
  for await (const line of fleet.streamJobLines(id)) {
    if (line.subtype === "egress_refused") lines.push(line);
  }
  return lines;
}

async function runJob(fleet: FleetManager): Promise<string> {
  await fleet.initialize();
  const { id } = await fleet.trigger("a");
  const job = await fleet.waitForJob(id);
  expect(job).toMatchObject({ status: "completed", result: { summary: "done" } });
  expect(processesOf(id)).toEqual([]);
  return id;
}

describe.skipIf(noEngine).each(["sdk", "cli"] as const)("an agent with egress (%s)", (runtime) => {
  it("reaches listed places and the model, and nothing else; what was refused is told", async () => {
    await using place = await startPlace();
    await using other = await startPlace();
    await using test = await createLeashedFleet({
      runtime,
      allow: [nameOf(place)],
      script: script()
        .tool("Bash", { command: `curl -s http://${nameOf(place)}/plain` })
        .tool("Bash", { command: `curl -s --proxytunnel http://${nameOf(place)}/tunnel` })
        .tool("Bash", {
          command: `for n in 1 2 3 4 5 6 7 8 9 10 11; do curl -s http://${nameOf(other)}/; done | tail -1`,
        })
        .tool("Bash", { command: "curl -sS https://example.com/ 2>&1" })
        .tool("Bash", { command: "curl -sS -m 5 --noproxy '*' http://1.1.1.1/ 2>&1 | cut -c1-7" })
        .text("done"),
    });
    await using fleet = test.manager();
    const id = await runJob(fleet);
    const answers = await answersOf(fleet, id);
    expect(answers.slice(0, 2)).toEqual(["hello", "hello"]);
    expect(answers[2]).toMatch(/is refused: it is not in `docker\.egress\.allow`/);
    expect(answers[3]).toMatch(/CONNECT tunnel failed, response 403/);
    expect(answers[4]).toBe("curl: (");
    expect(place.arrived.map(({ url }) => url)).toEqual(["/plain", "/tunnel"]);
    expect(other.arrived).toEqual([]);
    expect((await refusalsOf(fleet, id)).map(({ data }) => data)).toEqual([
      {
        host: "host.docker.internal",
        port: other.port,
        reason: "it is not in `docker.egress.allow`",
        count: 1,
      },
      expect.objectContaining({ port: other.port, count: 10 }),
      expect.objectContaining({ host: "example.com", port: 443, count: 1 }),
    ]);
  });
});

describe.skipIf(noEngine)("egress", () => {
  it("tells of a refusal while a tool still runs, and once whoever owns the job", async () => {
    await using test = await createLeashedFleet({
      allow: [],
      script: script()
        .tool("Bash", { command: `curl -s http://refused.example; ${untilReleased}` })
        .text("done"),
    });
    const id = await leaveInTool(test);
    await using fleet = test.manager();
    await fleet.initialize();
    await fleet.start();
    const output = join(test.stateDir, "jobs", `${id}.jsonl`);
    await expect.poll(() => readFile(output, "utf8")).toContain("refused.example");
    await release(test);
    expect(await fleet.waitForJob(id)).toMatchObject({ status: "completed", attempt: 1 });
    expect(await refusalsOf(fleet, id)).toMatchObject([{ data: { host: "refused.example" } }]);
    expect(await containersOf(id)).toEqual([]);
  });

  it("holds for the checks of an agent, which tell what was refused", async () => {
    await using place = await startPlace();
    await using test = await createLeashedFleet({
      allow: [nameOf(place)],
      script: script().text("done"),
      agent: {
        expect: [
          { command: `curl -sf http://${nameOf(place)}/check && test -z "$ANTHROPIC_UNIX_SOCKET"` },
          { command: "curl -sf http://refused.example" },
        ],
      },
    });
    await using fleet = test.manager();
    await fleet.initialize();
    const { id } = await fleet.trigger("a");
    const job = await fleet.waitForJob(id);
    expect(job.result?.expect).toMatchObject([
      { success: true },
      { success: false, error: expect.stringMatching(/refused\.example:80 is refused/) },
    ]);
    expect(place.arrived).toMatchObject([{ url: "/check" }]);
    expect(processesOf(id)).toEqual([]);
  });

  it("holds in a container that is kept", async () => {
    await using place = await startPlace();
    await using test = await createLeashedFleet({
      allow: [nameOf(place)],
      script: script()
        .tool("Bash", { command: `curl -s http://${nameOf(place)}/` })
        .text("done"),
      docker: { ephemeral: false },
    });
    await using fleet = test.manager();
    const first = await runJob(fleet);
    const { id } = await fleet.trigger("a");
    expect(await fleet.waitForJob(id)).toMatchObject({ status: "completed" });
    expect(await answersOf(fleet, first)).toEqual(["hello"]);
    expect(await answersOf(fleet, id)).toEqual(["hello"]);
  });

  it("needs socat in the image, and says so", async () => {
    await using test = await createLeashedFleet({
      allow: [],
      script: script().text("done"),
      // No program: nothing may execute it.
      docker: {
        volumes: [`${claudeBinary()}:/usr/local/bin/claude:ro`, "./none:/usr/bin/socat:ro"],
      },
      files: { none: "" },
    });
    await using fleet = test.manager();
    await fleet.initialize();
    const { id } = await fleet.trigger("a");
    const job = await fleet.waitForJob(id);
    expect(job).toMatchObject({ status: "failed", error: { code: "CONTAINER_ERROR" } });
    expect(job.error?.message).toMatch(/has no `socat`.*docker\/Dockerfile/);
  });
});
