import { homedir } from "node:os";
import { expect, test } from "vitest";
import { describeSource, parseAgentSource, type SourceOptions } from "./agent-source.ts";

const github = "https://github.com/acme/agents.git";

test.each<[text: string, options: Partial<SourceOptions>, source: object, shown: string]>([
  ["acme/agents", {}, { type: "git", url: github, inside: "" }, github],
  [
    "acme/agents/team/reviewer#v2",
    {},
    { type: "git", url: github, inside: "team/reviewer", ref: "v2" },
    `${github}, team/reviewer at v2`,
  ],
  [
    "github:acme/agents.git/reviewer/",
    { ref: "feature/x", path: "./writer/agent.yaml" },
    { type: "git", url: github, inside: "writer/agent.yaml", ref: "feature/x" },
    `${github}, writer/agent.yaml at feature/x`,
  ],
  [
    "acme/agents",
    { githubUrl: "http://localhost:1/git/" },
    { type: "git", url: "http://localhost:1/git/acme/agents.git", inside: "" },
    "http://localhost:1/git/acme/agents.git",
  ],
  [
    "https://git.example.com/a/b.git#main",
    { path: "x" },
    { type: "git", url: "https://git.example.com/a/b.git", inside: "x", ref: "main" },
    "https://git.example.com/a/b.git, x at main",
  ],
  [
    "git@example.com:team/repo.git",
    {},
    { type: "git", url: "git@example.com:team/repo.git", inside: "" },
    "git@example.com:team/repo.git",
  ],
  [
    "ssh://git@example.com/team/repo",
    {},
    { type: "git", url: "ssh://git@example.com/team/repo", inside: "" },
    "ssh://git@example.com/team/repo",
  ],
  [
    "../agents",
    { path: "reviewer" },
    { type: "folder", folder: "/home/agents", inside: "reviewer" },
    "/home/agents/reviewer",
  ],
  [
    "./a/b.yml",
    {},
    { type: "folder", folder: "/home/ann/a", inside: "b.yml" },
    "/home/ann/a/b.yml",
  ],
  ["~/a", {}, { type: "folder", folder: `${homedir()}/a`, inside: "" }, `${homedir()}/a`],
])("reads %s", (text, options, source, shown) => {
  const parsed = parseAgentSource(text, { cwd: "/home/ann", ...options });
  expect(parsed).toEqual(source);
  expect(describeSource(parsed)).toBe(shown);
});

test.each<[text: string, options: Partial<SourceOptions>, says: string]>([
  ["reviewer", {}, "the path of a folder, such as ./reviewer"],
  ["", {}, "is not where an agent could come from"],
  ["-x/y", {}, "is not where an agent could come from"],
  ["acme/..", {}, "is not where an agent could come from"],
  ["ext::sh -c whoami", {}, "is not where an agent could come from"],
  ["ext://sh", {}, "use https or ssh"],
  ["git://example.com/x", {}, "use https or ssh"],
  ["https://user:token@example.com/x.git", {}, "credential helper"],
  ["https://token@example.com/x.git", {}, "credential helper"],
  ["https://example.com/x.git?private_token=x", {}, "credential helper"],
  ["acme/agents#--upload-pack=x", {}, "not the name of a branch"],
  ["acme/agents#a:refs/heads/b", {}, "not the name of a branch"],
  ["acme/agents#a..b", {}, "not the name of a branch"],
  ["acme/agents", { ref: "" }, "not the name of a branch"],
  ["acme/agents", { path: "../x" }, "not a path inside"],
  ["acme/agents/a/../../b", {}, "not a path inside"],
  ["acme/agents", { path: "/etc" }, "not a path inside"],
  ["./agents", { ref: "main" }, "A folder has no branches"],
])("refuses %s", (text, options, says) => {
  const parse = () => parseAgentSource(text, { cwd: "/home/ann", ...options });
  expect(parse).toThrow(expect.objectContaining({ code: "INVALID_REQUEST" }));
  expect(parse).toThrow(says);
});
