import { expect, test } from "vitest";
import { ConfigurationError, renderProblem } from "../../src/config/configuration-error.ts";
import { loadFiles, problemsOf } from "./files.ts";

test("every problem of every file is reported at once, by file and line", async () => {
  const files = {
    "herdctl.yaml": "agents: [b.yaml, a.yaml, missing.yaml]\nhistroy: {}\n",
    "a.yaml": "name: a\nmodle: opus\nmax_turns: 0\n",
    "b.yaml": "name: b\ntools: [Read\n",
  };
  const lines = await problemsOf(files);
  expect(lines.map((line) => line.replace(/ .*/, ""))).toEqual([
    "a.yaml:2:1",
    "a.yaml:3:12",
    "b.yaml:3:1",
    "herdctl.yaml:1:26",
    "herdctl.yaml:2:1",
  ]);
});

test("the message shows each problem in the lines it is in", async () => {
  const loading = loadFiles({ "herdctl.yaml": "version: 1\nagents: []\nfleet:\n\tname: x\n" });
  const error: unknown = await loading.catch((thrown: unknown) => thrown);
  expect((error as ConfigurationError).message).toBe(
    [
      "The configuration has 1 problem.",
      "",
      "herdctl.yaml:4:1 Tabs are not allowed as indentation. YAML is indented with spaces, not tabs",
      "  2 | agents: []",
      "  3 | fleet:",
      "> 4 | \tname: x",
      "    | ^",
      "  5 |",
    ].join("\n"),
  );
});

test("a problem of a sub-fleet that is there twice is one problem", async () => {
  const files = {
    "herdctl.yaml": "fleets: [{ path: team, name: x }, { path: team, name: y }]\n",
    "team/herdctl.yaml": "agents: [a.yaml]\ndefaults: { mdoel: x }\n",
    "team/a.yaml": "name: a\npriority: high\n",
  };
  expect(await problemsOf(files)).toHaveLength(2);
});

test("a problem in the defaults is one problem, however many agents have them", async () => {
  const files = {
    "herdctl.yaml": "defaults: { max_turns: 0 }\nagents: [a.yaml, b.yaml]\n",
    "a.yaml": "name: a\n",
    "b.yaml": "name: b\n",
  };
  expect(await problemsOf(files)).toEqual([
    "herdctl.yaml:1:24 defaults.max_turns: 0 must be at least 1",
  ]);
});

test("anchors and merge keys work, and a fault is placed where its value is written", async () => {
  const files = {
    "herdctl.yaml": "agents: [a.yaml]\n",
    "a.yaml": `
name: a
schedules:
  one: &base { type: cron, cron: "@daily", prompt: Look. }
  two: { <<: *base, cron: "@weekly" }
  three: { <<: *base, overlap: never }
`,
  };
  expect(await problemsOf(files)).toEqual([
    expect.stringContaining("a.yaml:6:32 schedules.three.overlap: "),
  ]);
});

test("files outside the current folder are named by their whole path", () => {
  const problem = {
    severity: "error" as const,
    file: "/fleet/a.yaml",
    line: 1,
    column: 2,
    path: "",
    message: "is wrong",
    frame: "",
  };
  expect(renderProblem(problem, "/fleet")).toBe("a.yaml:1:2 is wrong");
  expect(renderProblem(problem, "/other")).toBe("/fleet/a.yaml:1:2 is wrong");
  expect(renderProblem(problem, "/fleet/a.yaml")).toBe("/fleet/a.yaml:1:2 is wrong");
});
