import { expect, it } from "vitest";
import { judgeContents } from "./image.ts";

const use = { image: "team/agent:1", needsSocat: false };
const wanted = "2.1.300";
const answer = { exitCode: 0, stdout: "2.1.300 (Claude Code)\n", stderr: "" };

it("is content with an image that has everything", () => {
  expect(judgeContents(use, { answer, wanted })).toEqual({
    name: "image",
    status: "ok",
    message: "team/agent:1 with claude 2.1.300",
  });
});

it("misses socat only where it is needed", () => {
  const without = { ...answer, stdout: `${answer.stdout}no socat\n` };
  expect(judgeContents(use, { answer: without, wanted })).toMatchObject({ status: "ok" });
  const said = judgeContents({ ...use, needsSocat: true }, { answer: without, wanted });
  expect(said).toMatchObject({ status: "problem", message: "team/agent:1 has no socat" });
});

it.each([
  [{ stdout: "no git\nno curl\n" }, "problem", /has no claude, git, curl/],
  [{ exitCode: 137, stdout: "" }, "warning", /ended with code 137\.$/],
  [{ stdout: "2.1.299 (Claude Code)\n" }, "warning", /older than 2\.1\.300/],
  [
    { exitCode: 127, stdout: "", stderr: 'docker: Error: exec: "sh": executable file not found' },
    "problem",
    /Docker cannot run the container: Error: exec: "sh"/,
  ],
  [
    { exitCode: undefined, stdout: "", stderr: "no answer within 5 s" },
    "warning",
    /no answer within/,
  ],
] as const)("says what is wrong where it says %j", (differs, status, words) => {
  const said = judgeContents(use, { answer: { ...answer, ...differs }, wanted });
  expect(said.status).toBe(status);
  expect(said.message).toMatch(words);
});
