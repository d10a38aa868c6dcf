import { createTestFleet, inPrompt, script } from "@herdctl/testing";
import { describe, expect, it } from "vitest";
import type { FleetEvents } from "../../src/index.ts";
import { answersOf, herdctl, running } from "./running.ts";

const remember = herdctl("remember");
const recall = herdctl("recall");

describe("memory", () => {
  it("outlives job and session, and belongs to one agent", async () => {
    await running(
      script().tool(remember, { key: "last", text: "pull 41" }).text("Kept."),
      {
        agents: { other: { default_prompt: "Look." } },
        scripts: { other: script().tool(recall, {}).text("Looked.") },
      },
      async ({ fleet, test }) => {
        const other = await fleet.trigger("other");
        await fleet.waitForJob(other.id);
        expect(await answersOf(fleet, other.id)).toEqual(["Nothing is remembered."]);
        await fleet.stop();
        await using next = test.manager();
        await next.initialize();
        const says = script().tool(recall, { key: "last" }).text("Found.");
        const again = await next.trigger("main", undefined, { promptOverride: inPrompt(says) });
        await next.waitForJob(again.id);
        expect(await answersOf(next, again.id)).toEqual(["pull 41"]);
      },
    );
  });

  it("replaces, lists, searches and forgets", async () => {
    const changed: FleetEvents["memory:changed"][0][] = [];
    await running(
      script()
        .tool(remember, { key: "b", text: "first" })
        .tool(remember, { key: "b", text: "Über\nalles" })
        .tool(remember, { key: "a", text: "x".repeat(200) })
        .tool(recall, {})
        .tool(recall, { search: "über" })
        .tool(remember, { key: "a", text: "" })
        .tool(remember, { key: "a", text: "" })
        .tool(recall, { key: "a" })
        .text("Done."),
      { before: (_, fleet) => fleet.on("memory:changed", (event) => void changed.push(event)) },
      ({ answers }) => {
        expect(changed.map(({ agentName, key }) => `${agentName} ${key}`)).toEqual([
          "main b",
          "main b",
          "main a",
          "main a",
        ]);
        const [, , , all = "", found = "", ...rest] = answers;
        expect(all).toMatch(/^## a \(.+Z\) x{120}…\n## b \(.+Z\) Über alles$/);
        expect(found).toMatch(/^## b \(.+Z\)\nÜber\nalles$/);
        expect(rest).toEqual([
          "Forgotten.",
          "Nothing was kept under this key.",
          'Nothing is kept under "a".',
        ]);
      },
    );
  });

  it("gives back at most so much at once, and says how to get the rest", async () => {
    const text = `word ${"x".repeat(30_000)}`;
    await running(
      script()
        .tool(remember, { key: "a", text })
        .tool(remember, { key: "b", text })
        .tool(recall, { search: "word" })
        .text("Done."),
      {},
      ({ answers }) => {
        expect(answers[2]).toContain(text);
        expect(answers[2]).toMatch(/## b \(.+Z\) word x{115}… \(recall it by its key\)$/);
      },
    );
  });

  it("has a limit on each entry", async () => {
    const big = { key: "big", text: "x".repeat(65_537) };
    await running(script().tool(remember, big).text("Done."), {}, ({ answers }) =>
      expect(answers[0]).toContain("65537 bytes; at most 65536"),
    );
  });

  it("never holds a secret that the configuration refers to", async () => {
    const secret = "sk-very-secret-value-123";
    await using test = await createTestFleet({
      agents: { main: { env: { LEAKY: "${LEAKY_TOKEN}" } } },
    });
    await using fleet = test.manager({ env: { ...test.env, LEAKY_TOKEN: secret } });
    await fleet.initialize();
    const says = script()
      .tool(remember, { key: "token", text: `it is ${secret}` })
      .tool(recall, { key: "token" })
      .text("Done.");
    const { id } = await fleet.trigger("main", undefined, { promptOverride: inPrompt(says) });
    await fleet.waitForJob(id);
    expect(await answersOf(fleet, id)).toEqual(["Remembered.", "it is [secret]"]);
  });
});
