import { expect, test } from "vitest";
import { claudeVariables } from "./claude-variables.ts";

const cloud = {
  AWS_PROFILE: "work",
  AWS_REGION: "us-east-1",
  AWS_SESSION_TOKEN: "token",
  CLOUD_ML_REGION: "global",
  GOOGLE_APPLICATION_CREDENTIALS: "/key.json",
  VERTEX_REGION_CLAUDE_HAIKU: "us-east5",
  AZURE_CLIENT_ID: "id",
};

test.each<[env: Readonly<Record<string, string>>, names: readonly string[]]>([
  [cloud, []],
  [
    { ...cloud, CLAUDE_CODE_USE_BEDROCK: "1" },
    ["AWS_PROFILE", "AWS_REGION", "AWS_SESSION_TOKEN", "CLAUDE_CODE_USE_BEDROCK"],
  ],
  [
    { ...cloud, CLAUDE_CODE_USE_VERTEX: "true", ANTHROPIC_VERTEX_PROJECT_ID: "p" },
    [
      "CLOUD_ML_REGION",
      "GOOGLE_APPLICATION_CREDENTIALS",
      "VERTEX_REGION_CLAUDE_HAIKU",
      "CLAUDE_CODE_USE_VERTEX",
      "ANTHROPIC_VERTEX_PROJECT_ID",
    ],
  ],
  [{ ...cloud, CLAUDE_CODE_USE_FOUNDRY: "1" }, ["AZURE_CLIENT_ID", "CLAUDE_CODE_USE_FOUNDRY"]],
  [{ ...cloud, CLAUDE_CODE_USE_BEDROCK: "0" }, ["CLAUDE_CODE_USE_BEDROCK"]],
  [{ CLAUDECODE: "1", CLAUDE_CODE_ENTRYPOINT: "cli", CLAUDE_CODE_SESSION_ID: "x" }, []],
  [
    {
      ANTHROPIC_API_KEY: "k",
      CLAUDE_CODE_OAUTH_TOKEN: "t",
      CLAUDE_CONFIG_DIR: "/c",
      DISABLE_AUTOUPDATER: "1",
      HTTPS_PROXY: "http://p",
      no_proxy: "localhost",
      NODE_EXTRA_CA_CERTS: "/ca.pem",
      OTEL_EXPORTER_OTLP_ENDPOINT: "http://localhost:4318",
      NODE_OPTIONS: "--inspect",
      HERDCTL_TOKEN: "t",
      EDITOR: "vi",
    },
    [
      "ANTHROPIC_API_KEY",
      "CLAUDE_CODE_OAUTH_TOKEN",
      "CLAUDE_CONFIG_DIR",
      "DISABLE_AUTOUPDATER",
      "HTTPS_PROXY",
      "no_proxy",
      "NODE_EXTRA_CA_CERTS",
      "OTEL_EXPORTER_OTLP_ENDPOINT",
    ],
  ],
])("of %o, Claude Code needs %j", (env, names) => {
  expect(claudeVariables(env)).toEqual(names);
});
