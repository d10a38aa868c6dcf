import type { BrokenCase } from "../broken-case.ts";

const otherFiles = "another file may bring it";

/** Faults of what connects an agent with other programs. */
export const integrationCases: readonly BrokenCase[] = [
  {
    title: "an MCP server without command and address",
    agent: "mcp_servers:\n  ▶files:\n    timeout: 30s\n",
    says: ['needs "command" (a program) or "url" (an address)'],
    beyondSchema: otherFiles,
  },
  {
    title: "an MCP server with command and address",
    agent: "mcp_servers:\n  files: { command: npx, url: ▶https://mcp.example.com }\n",
    says: ['has "command" and "url": keep one of them'],
  },
  {
    title: "a stdio MCP server with an address",
    agent: "mcp_servers:\n  files: { type: ▶stdio, url: https://mcp.example.com }\n",
    says: ['"stdio" needs "command"; with "url" write "http" or "sse"'],
  },
  {
    title: "an HTTP MCP server with a command",
    agent: "mcp_servers:\n  files: { type: ▶http, command: npx }\n",
    says: ['"http" and "sse" need "url"; with "command" write "stdio"'],
  },
  {
    title: "arguments for an MCP server with an address",
    agent: "mcp_servers:\n  files: { url: ▶https://mcp.example.com, args: [-y] }\n",
    says: ['"args" and "env" belong to "command", not to "url"'],
  },
  {
    title: "headers for an MCP server with a command",
    agent: "mcp_servers:\n  files: { command: npx, headers: ▶{ A: b } }\n",
    says: ['"headers" belong to "url", not to "command"'],
  },
  {
    title: "an MCP server with the name of herdctl's own",
    agent: "mcp_servers:\n  ▶herdctl: { command: npx }\n",
    says: ["is the name of herdctl's own server: choose another"],
    beyondSchema: "it knows patterns of names, not taken names",
  },
  {
    title: "an MCP server at no web address",
    agent: "mcp_servers:\n  files: { url: ▶mcp.example.com }\n",
    says: ["must be an http:// or https:// address"],
  },
  {
    title: "an unknown key of an MCP server",
    agent: "mcp_servers:\n  files: { command: npx, ▶arg: [-y] }\n",
    says: ['unknown key "arg". Did you mean "args"?'],
  },
  {
    title: "a header with a line break",
    agent: 'mcp_servers:\n  files: { url: "https://mcp.example.com", headers: { A: ▶"b\\nc" } }\n',
    says: ["must not contain a line break"],
  },
  {
    title: "a plugin without a folder",
    agent: "plugins:\n  - ▶type: local\n",
    says: ['"path" is missing: it must be text'],
  },
  {
    title: "a hook of an unknown type",
    agent: "hooks:\n  after_run:\n    - { type: ▶shel, command: ls }\n",
    says: ["must be shell, webhook, discord or slack", 'Did you mean "shell"?'],
  },
  {
    title: "a shell hook without a command",
    agent: "hooks:\n  after_run:\n    - ▶type: shell\n",
    says: ['"command" is missing: it must be text'],
  },
  {
    title: "a field of another type of hook",
    agent:
      'hooks:\n  on_error:\n    - { type: webhook, url: "https://example.com", ▶command: ls }\n',
    says: ['unknown key "command"'],
  },
  {
    title: "outcomes of a hook that runs before there is one",
    agent: "hooks:\n  before_run:\n    - { type: shell, command: ls, ▶on_events: [failed] }\n",
    says: ['unknown key "on_events"'],
  },
  {
    title: "an unknown event of a hook",
    agent: "hooks:\n  after_run:\n    - { type: shell, command: ls, on_events: [▶complete] }\n",
    says: ['Did you mean "completed"?'],
  },
  {
    title: "a timeout of a hook that is no duration",
    agent: "hooks:\n  after_run:\n    - { type: shell, command: ls, timeout: ▶soon }\n",
    says: ["must be a duration"],
  },
  {
    title: "a malformed GitHub repository",
    agent: "work_source:\n  type: github\n  repo: ▶owner\n",
    says: ['must be a GitHub repository: "owner/repo"'],
  },
  {
    title: "a work source of an unknown type",
    agent: "work_source:\n  type: ▶gitlab\n",
    says: ["must be github or folder", 'Did you mean "github"?'],
  },
  {
    title: "a work source without its repository",
    agent: "▶work_source:\n  type: github\n",
    says: ['"repo" is missing: it must be text'],
    beyondSchema: otherFiles,
  },
  {
    title: "a token where the name of its variable is wanted",
    agent: "work_source:\n  type: github\n  repo: o/r\n  auth: { token_env: ▶ghp-12345 }\n",
    says: ["must be the name of an environment variable"],
  },
  {
    title: "a Discord connector without its token",
    agent: "chat:\n  ▶discord:\n    guilds: []\n",
    says: ['"bot_token_env" is missing'],
    beyondSchema: otherFiles,
  },
  {
    title: "slash commands for a server that is not named",
    agent: `
      chat:
        discord:
          bot_token_env: TOKEN
          guilds: []
          ▶command_registration: { scope: guild }
    `,
    says: ['"scope: guild" needs "guild_id"'],
    beyondSchema: "one value decides about another field",
  },
  {
    title: "a Slack channel without its id",
    agent: "chat:\n  slack:\n    channels:\n      - ▶name: general\n",
    says: ['"id" is missing: it must be text'],
  },
  {
    title: "an attachment folder outside the working directory",
    agent: `
      chat:
        discord:
          bot_token_env: TOKEN
          guilds: []
          attachments: { download_dir: ▶/tmp/files }
    `,
    says: ["must be a path inside the working directory"],
  },
];
