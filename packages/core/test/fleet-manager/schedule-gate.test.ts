import { once } from "node:events";
import { rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { createTestFleet, ManualClock, script } from "@herdctl/testing";
import { describe, expect, it } from "vitest";

const minute = 60_000;

function agents(
  when: Readonly<Record<string, unknown>>,
  more: Readonly<Record<string, unknown>> = {},
): { readonly a: Readonly<Record<string, unknown>> } {
  const often = { type: "interval", interval: "5m", prompt: "tick", when };
  return { a: { schedules: { often }, ...more } };
}

describe("a schedule with a gate", () => {
  it("fires when its command says so, and calls no model when not", async () => {
    const command = 'test -e open && test "$HERDCTL_SCHEDULE$MINE" = oftenyes';
    await using test = await createTestFleet({
      agents: agents({ command }, { env: { MINE: "yes" } }),
      scripts: { a: script().text("tock") },
    });
    const clock = new ManualClock();
    await using fleet = test.manager({ clock });
    await fleet.initialize();
    const skipped = once(fleet, "schedule:skipped");
    await fleet.start();
    expect(await skipped).toMatchObject([{ reason: "gate" }]);
    expect(fleet.getJobs()).toEqual([]);
    await writeFile(join(test.workspace("a"), "open"), "");
    const completed = once(fleet, "job:completed");
    await clock.advance(5 * minute);
    await completed;
    await rm(join(test.workspace("a"), "open"));
    const closed = once(fleet, "schedule:skipped");
    await clock.advance(5 * minute);
    await closed;
    expect(fleet.getScheduleFires().fires.map(({ fate }) => fate)).toEqual([
      "skipped",
      "fired",
      "skipped",
    ]);
  });

  it("fires once for each thing it sees, over restarts", async () => {
    await using test = await createTestFleet({
      agents: agents({ http: "http://127.0.0.1:1/" }),
      scripts: { a: script().text("tock") },
    });
    const file = join(test.dir, "agents/a.yaml");
    let body = "one";
    const server = createServer((_, response) => void response.end(body));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" ? address?.port : 0;
    const agent = { name: "a", ...agents({ http: `http://127.0.0.1:${port}/` }).a };
    await writeFile(file, JSON.stringify({ ...agent, working_directory: test.workspace("a") }));
    const clock = new ManualClock();
    const fates: string[] = [];
    for (const [answer, event] of [
      ["one", "job:completed"],
      ["one", "schedule:skipped"],
      ["two", "job:completed"],
    ] as const) {
      body = answer;
      await using fleet = test.manager({ clock });
      await fleet.initialize();
      const happened = once(fleet, event);
      await fleet.start();
      await happened;
      fates.push(fleet.getScheduleFires().fires[0]?.fate ?? "");
      await fleet.stop();
      await clock.advance(5 * minute);
    }
    server.close();
    expect(fates).toEqual(["fired", "skipped", "fired"]);
  });

  it("skips and says why when its gate cannot be asked", async () => {
    await using test = await createTestFleet({ agents: agents({ git: "./not-a-repository" }) });
    await using fleet = test.manager({ clock: new ManualClock() });
    await fleet.initialize();
    const skipped = once(fleet, "schedule:skipped");
    const warnings: string[] = [];
    fleet.on("log", ({ level, message }) => level === "warn" && warnings.push(message));
    await fleet.start();
    expect(await skipped).toMatchObject([{ reason: "gate" }]);
    expect(warnings.join("\n")).toContain("the gate of schedule a/often failed");
    expect(warnings.join("\n")).toContain(join(test.dir, "agents/not-a-repository"));
  });

  it("is left to the next daemon when its gate is asked while the fleet stops", async () => {
    await using test = await createTestFleet({
      agents: agents({ command: "echo $$ > asked; test -e open || sleep 60" }),
      scripts: { a: script().text("tock") },
    });
    const clock = new ManualClock();
    await using fleet = test.manager({ clock });
    await fleet.initialize();
    await fleet.start();
    await fleet.stop();
    expect(fleet.getScheduleFires().fires).toMatchObject([{ fate: "deciding" }]);
    await writeFile(join(test.workspace("a"), "open"), "");
    const completed = once(fleet, "job:completed");
    await fleet.start();
    await completed;
    expect(fleet.getScheduleFires().fires).toMatchObject([{ fate: "fired" }]);
  });
});
