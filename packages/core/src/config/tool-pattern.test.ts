import { describe, expect, it } from "vitest";
import { parseToolPattern } from "./tool-pattern.ts";

describe("parseToolPattern", () => {
  it.each([
    ["Bash", "Bash", []],
    ["*", "*", []],
    ["Bash(*)", "Bash", []],
    ["Bash()", "Bash", []],
    ["Bash(git push *)", "Bash", ["git push"]],
    ["Bash(git push:*)", "Bash", ["git push"]],
    ["Bash(git * push*)", "Bash", ["git ", " push"]],
    ["Bash(echo (a) b)", "Bash", ["echo (a) b"]],
    ["Write(src/**)", "Write", ["src/"]],
    ["Write(//etc/**)", "Write", ["/etc/"]],
    ["Read(~/.ssh/**)", "Read", ["/.ssh/"]],
    ["Write(./src/*.ts)", "Write", ["src/", ".ts"]],
    ["Edit(/src/**)", "Edit", ["src/"]],
    ["WebFetch(domain:example.com)", "WebFetch", ["example.com"]],
    ["Task", "Agent", []],
    ["mcp__github", "mcp__github__*", []],
    ["mcp__git_hub", "mcp__git_hub__*", []],
    ["mcp__github__*", "mcp__github__*", []],
    ["mcp__github__create_issue", "mcp__github__create_issue", []],
  ] as const)("reads %s", (pattern, tool, pieces) => {
    expect(parseToolPattern(pattern)).toEqual({ tool, pieces });
  });

  it.each(["", " Bash", "Bash(", "Bash(x", "git push", "(x)", "Bash)"])("refuses %j", (pattern) => {
    expect(parseToolPattern(pattern)).toBeUndefined();
  });
});
