import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buildPrompt, type PromptVariables } from "./prompt.ts";

const variables: PromptVariables = {
  now: new Date("2026-11-21T23:30:00Z"),
  timeZone: "UTC",
  jobId: "job-1",
  scheduleName: "nightly",
  last: { finishedAt: "2026-11-20T02:00:00.000Z", outcome: "success" },
};

describe("buildPrompt", () => {
  it.each([
    ["plain text", "plain text"],
    ["Report of {{date}}", "Report of 2026-11-21"],
    ["{{ job.id }} by {{schedule.name}}", "job-1 by nightly"],
    ["since {{last.finishedAt}}: {{last.outcome}}", "since 2026-11-20T02:00:00.000Z: success"],
    ["{{unknown}} and {{ date", "{{unknown}} and {{ date"],
  ])("fills in %j", (template, expected) => {
    expect(buildPrompt({ template, variables })).toBe(expected);
  });

  it("says so when there is no schedule and no earlier job", () => {
    const first: PromptVariables = { now: variables.now, jobId: "job-2" };
    expect(
      buildPrompt({
        template: "{{schedule.name}} {{last.finishedAt}} {{last.outcome}}",
        variables: first,
      }),
    ).toBe("none never none");
  });

  it("uses the date of the schedule's zone", () => {
    const tokyo = { ...variables, timeZone: "Asia/Tokyo" };
    expect(buildPrompt({ template: "{{date}}", variables: tokyo })).toBe("2026-11-22");
  });

  it("does not expand variables inside values or work items", () => {
    const prompt = buildPrompt({
      template: "{{schedule.name}}",
      workItems: [{ type: "issue", title: "{{job.id}}" }],
      variables: { ...variables, scheduleName: "{{job.id}}" },
    });
    expect(prompt).not.toContain("job-1");
  });

  it("never lets an item close its block", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("`", "\n", "a", "j") }), (title) => {
        const items = [{ type: "issue", title }];
        const block = buildPrompt({ template: "x", workItems: items, variables })
          .split("\n")
          .slice(4);
        const fence = block.at(-1) ?? "";
        const body = block.slice(0, -1);
        expect(body.some((line) => line.includes(fence))).toBe(false);
        expect(JSON.parse(body.join("\n"))).toEqual(items);
      }),
    );
  });
});
