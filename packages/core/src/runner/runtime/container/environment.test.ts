import { describe, expect, it } from "vitest";
import { clientEnvironment, containerEnvironment, toEnvFile } from "./environment.ts";

const fixed = {
  HOME: "/home/agent",
  CLAUDE_CONFIG_DIR: "/claude",
  DISABLE_AUTOUPDATER: "1",
  IS_SANDBOX: "1",
};

function environment(changes: Partial<Parameters<typeof containerEnvironment>[0]>) {
  const { host = {}, ...others } = changes;
  const options = { host, wanted: host, agent: {}, docker: {}, credentials: "env" } as const;
  return containerEnvironment({ ...options, ...others });
}

describe("containerEnvironment", () => {
  it("takes in what is about Claude Code, and nothing else of the host's", () => {
    const host = {
      PATH: "/usr/bin",
      HOME: "/home/u",
      AWS_SECRET_ACCESS_KEY: "s",
      GITHUB_TOKEN: "t",
      CLAUDE_CONFIG_DIR: "/home/u/.claude",
      ANTHROPIC_API_KEY: "k",
      CLAUDE_CODE_MAX_RETRIES: "2",
      HERDCTL_JOB: "job-1",
      HERDCTL_TOKEN: "h",
    };
    expect(environment({ host })).toEqual({
      ...fixed,
      ANTHROPIC_API_KEY: "k",
      CLAUDE_CODE_MAX_RETRIES: "2",
      HERDCTL_JOB: "job-1",
    });
  });

  it("adds what the runtime, the agent and its docker block say, the latter first", () => {
    const host = { PATH: "/usr/bin" };
    const wanted = { ...host, NEW: "by the SDK" };
    const given = environment({
      host,
      wanted,
      agent: { A: "1", B: "1" },
      docker: { B: "2", HOME: "/x" },
    });
    expect(given).toEqual({ ...fixed, NEW: "by the SDK", A: "1", B: "2" });
  });

  it("lets nobody else say which job it is", () => {
    const host = { HERDCTL_JOB: "job-1" };
    const other = { HERDCTL_JOB: "job-2", HOME: "/x", CLAUDE_CONFIG_DIR: "/y" };
    expect(environment({ host, agent: other, docker: other })).toEqual({ ...fixed, ...host });
  });

  it("keeps keys outside where a login is mounted", () => {
    const host = { ANTHROPIC_API_KEY: "k", CLAUDE_CODE_OAUTH_TOKEN: "t", ANTHROPIC_BASE_URL: "u" };
    expect(environment({ host, credentials: "mount" })).toEqual({
      ...fixed,
      ANTHROPIC_BASE_URL: "u",
    });
  });
});

describe("the environment of a container with a proxy", () => {
  const proxy = { ANTHROPIC_BASE_URL: "http://model.invalid", ANTHROPIC_API_KEY: "placeholder" };

  it("has no secret of Claude Code's, whoever says so, and what the proxy says", () => {
    const secrets = {
      ANTHROPIC_API_KEY: "k",
      ANTHROPIC_AUTH_TOKEN: "k",
      ANTHROPIC_CUSTOM_HEADERS: "k",
      ANTHROPIC_FOUNDRY_API_KEY: "k",
      CLAUDE_CODE_OAUTH_TOKEN: "k",
      CLAUDE_CODE_OAUTH_REFRESH_TOKEN: "k",
      CLAUDE_CODE_CLIENT_KEY_PASSPHRASE: "k",
    };
    const host = { ...secrets, ANTHROPIC_BASE_URL: "u", CLAUDE_CODE_MAX_OUTPUT_TOKENS: "9" };
    const options = { agent: secrets, docker: secrets, credentials: "proxy", proxy } as const;
    expect(environment({ host, ...options })).toEqual({
      ...fixed,
      ...proxy,
      CLAUDE_CODE_MAX_OUTPUT_TOKENS: "9",
    });
  });

  it("keeps what the agent is given for its own work", () => {
    const agent = { GITHUB_TOKEN: "t", NPM_KEY: "n" };
    expect(environment({ agent, credentials: "proxy", proxy })).toMatchObject(agent);
  });
});

describe("toEnvFile", () => {
  it("writes values as they are", () => {
    expect(toEnvFile({ A: ` "b" $c #d`, E: "" })).toBe(` A= "b" $c #d\nE=\n`.trimStart());
  });

  it("names a variable that Docker cannot take", () => {
    expect(() => toEnvFile({ KEY: "a\nb" })).toThrow(/KEY has more than one line/);
  });
});

it("gives the client what it needs, and nothing that could act on it", () => {
  const base = {
    PATH: "/usr/bin",
    HOME: "/h",
    DOCKER_HOST: "ssh://x",
    LD_PRELOAD: "/evil.so",
    A: "1",
  };
  expect(clientEnvironment(base)).toEqual({ PATH: "/usr/bin", HOME: "/h", DOCKER_HOST: "ssh://x" });
});
