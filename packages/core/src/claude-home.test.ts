import { homedir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { claudeHome, projectFolderName } from "./claude-home.ts";

describe("claudeHome", () => {
  it.each([
    ["the configured folder", { CLAUDE_CONFIG_DIR: "/c", HOME: "/h" }, "/c"],
    ["a configured folder below the working directory", { CLAUDE_CONFIG_DIR: "c" }, "/agent/c"],
    [".claude in the home folder", { HOME: "/h" }, "/h/.claude"],
    [
      "the home folder when the variable is empty",
      { CLAUDE_CONFIG_DIR: "", HOME: "/h" },
      "/h/.claude",
    ],
    ["the user's home folder without HOME", {}, join(homedir(), ".claude")],
  ])("is %s", (_, env, expected) => {
    expect(claudeHome(env, "/agent")).toBe(expected);
  });
});

describe("projectFolderName", () => {
  it.each([
    ["/srv/app", "-srv-app"],
    ["/srv/my_app.v2 x", "-srv-my-app-v2-x"],
    ["/srv/Größe", "-srv-Gr--e"],
    ["/srv/\u{1F680}", "-srv---"],
    ["/a/b-c", "-a-b-c"],
  ])("replaces every code unit but ASCII letters and digits: %s", (path, expected) => {
    expect(projectFolderName(path)).toBe(expected);
  });

  it("shortens a long path and tells such paths apart by a hash", () => {
    const [one, two] = ["x", "y"].map((end) => projectFolderName(`/${"d".repeat(220)}/${end}`));
    expect(one).toMatch(/^-d{199}-[0-9a-z]+$/);
    expect(two).not.toBe(one);
  });
});
