import { expect, test } from "vitest";
import { showConfig } from "../../src/config/show.ts";
import { loadFiles } from "./files.ts";

test("the resolved configuration is plain JSON without a secret in it", async () => {
  const config = await loadFiles(
    {
      "herdctl.yaml": "agents: [a.yaml]\n",
      "a.yaml": `
name: a
env: { TOKEN: "\${TOKEN}", MODE: strict }
system_prompt: Use \${TOKEN} with care.
mcp_servers:
  web: { url: "https://example.com", headers: { Authorization: "Bearer \${TOKEN}" } }
`,
    },
    { env: { TOKEN: 'quote"and\\slash' } },
  );
  const shown = showConfig(config);
  const text = JSON.stringify(shown);
  expect(JSON.parse(text)).toEqual(shown);
  expect(text).not.toContain("slash");
  expect(shown).not.toHaveProperty("secrets");
  expect(shown.agents[0]).toMatchObject({
    env: { TOKEN: "[secret]", MODE: "strict" },
    systemPrompt: "Use [secret] with care.",
    mcpServers: { web: { headers: { Authorization: "[secret]" } } },
  });
});
