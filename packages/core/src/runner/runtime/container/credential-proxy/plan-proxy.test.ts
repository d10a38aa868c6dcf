import { describe, expect, it } from "vitest";
import { planProxy, withRelay } from "./plan-proxy.ts";

const insideFolder = "/run/herdctl/job-1/1";
const model = { env: { ANTHROPIC_API_KEY: "k" }, host: {}, login: undefined };
const proxied = { credentials: "proxy" } as const;

describe("planProxy", () => {
  it("plans none where nothing goes through one", () => {
    expect(planProxy({ config: { credentials: "env" }, insideFolder, model })).toBeUndefined();
    expect(planProxy({ config: { credentials: "mount" }, insideFolder, model })).toBeUndefined();
    expect(planProxy({ config: proxied, insideFolder })).toBeUndefined();
  });

  it("tells claude of the socket and the kind of its credential, and the proxy of the key", () => {
    const plan = planProxy({ config: proxied, insideFolder, model });
    expect(plan?.environment).toEqual({
      ANTHROPIC_UNIX_SOCKET: `${insideFolder}/proxy.sock`,
      ANTHROPIC_BASE_URL: "http://api.anthropic.com",
      ANTHROPIC_API_KEY: "held-by-herdctl",
    });
    expect(plan?.settings).toEqual({
      socket: "proxy.sock",
      refusals: "refused.jsonl",
      allow: [],
      model: {
        url: "https://api.anthropic.com",
        credential: { kind: "key", value: "k" },
        headers: {},
        proxyEnv: {},
      },
    });
    expect(plan?.relayTo).toBeUndefined();
  });

  it("reaches the model as the host does", () => {
    const env = {
      ANTHROPIC_BASE_URL: "https://gateway.example/anthropic",
      ANTHROPIC_CUSTOM_HEADERS: "X-Team: blue",
      HTTPS_PROXY: "http://of-the-agent",
    };
    const host = {
      HTTPS_PROXY: "http://corporate:3128",
      no_proxy: "localhost",
      HTTP_PROXY: "",
      NODE_EXTRA_CA_CERTS: "/etc/ca.pem",
    };
    const login = "/h/.credentials.json";
    const plan = planProxy({ config: proxied, insideFolder, model: { env, host, login } });
    expect(plan?.environment).toMatchObject({
      ANTHROPIC_BASE_URL: "http://model.invalid",
      CLAUDE_CODE_OAUTH_TOKEN: "held-by-herdctl",
    });
    expect(plan?.settings.model).toEqual({
      url: "https://gateway.example/anthropic",
      credential: { kind: "login", path: login },
      headers: { "x-team": "blue" },
      proxyEnv: { HTTPS_PROXY: "http://corporate:3128", no_proxy: "localhost" },
      extraCa: "/etc/ca.pem",
    });
  });

  it.each(["model", "ftp://model", "file:///etc/passwd"])("refuses %s as a model", (url) => {
    const env = { ANTHROPIC_BASE_URL: url };
    const request = { config: proxied, insideFolder, model: { ...model, env } };
    expect(() => planProxy(request)).toThrow(/ANTHROPIC_BASE_URL is no URL/);
  });

  it("gives a check the way to listed places, and none to the model", () => {
    const plan = planProxy({ config: { ...proxied, egress: ["example.com"] }, insideFolder });
    expect(plan?.settings).toEqual({
      socket: "proxy.sock",
      refusals: "refused.jsonl",
      allow: ["example.com"],
    });
    expect(plan?.environment).toMatchObject({
      HTTPS_PROXY: "http://127.0.0.1:3128",
      no_proxy: "localhost,127.0.0.1",
    });
    expect(plan?.environment).not.toHaveProperty("ANTHROPIC_UNIX_SOCKET");
    const command = withRelay(plan?.relayTo, ["claude", "-p"]);
    expect(command.slice(-3)).toEqual([`${insideFolder}/proxy.sock`, "claude", "-p"]);
  });

  it("starts a command as it is where there is nothing to relay", () => {
    expect(withRelay(undefined, ["claude", "-p"])).toEqual(["claude", "-p"]);
  });
});
