import type { BrokenCase } from "../broken-case.ts";

const agents = { "a.yaml": "name: a\n", "b.yaml": "name: b\n" };
const otherFiles = "other files decide";

/** Faults of fleet files and of how they are composed. */
export const fleetCases: readonly BrokenCase[] = [
  {
    title: "another version of the format",
    files: { "herdctl.yaml": "version: ▶2\n" },
    says: ["2 must be 1: the only version of this format"],
  },
  {
    title: "an unknown key of a fleet",
    fleet: "▶agnets: []\n",
    says: ['unknown key "agnets". Did you mean "agents"? Allowed: version, fleet, defaults'],
  },
  {
    title: "a field of agents in a fleet file",
    fleet: "▶model: opus\n",
    says: ['"model" is a field of agents: write it under "defaults"'],
  },
  {
    title: "the name of a fleet at its top",
    fleet: "▶name: team\n",
    says: ['"name" belongs under "fleet": write "fleet: {name: …}"'],
  },
  {
    title: "an unknown key of the fleet block",
    fleet: "fleet: { ▶nam: x }\n",
    says: ['unknown key "nam". Did you mean "name"?'],
  },
  {
    title: "an unknown key of a reference",
    fleet: "agents:\n  - path: agents/worker.yaml\n    ▶override: { model: opus }\n",
    says: ['unknown key "override". Did you mean "overrides"?'],
  },
  {
    title: "a reference without a path",
    fleet: "agents:\n  - ▶overrides: { model: opus }\n",
    says: ['"path" is missing: it must be text'],
  },
  {
    title: "agents that are no list",
    fleet: "agents: ▶agents/worker.yaml\n",
    says: ["must be a list"],
  },
  {
    title: "a budget for jobs on the fleet",
    fleet: "budget: { ▶usd_per_job: 3 }\n",
    says: ['"usd_per_job" is a field of agents: write it under "defaults.budget"'],
  },
  {
    title: "a port beyond the last",
    fleet: "web: { port: ▶70000 }\n",
    says: ["70000 must be at most 65535"],
  },
  {
    title: "an address in place of a name",
    fleet: "web: { allowed_hosts: [▶https://fleet.example.com] }\n",
    says: ["must be the name of a machine"],
  },
  {
    title: "a webhook path without a slash",
    fleet: "webhooks: { path: ▶hooks }\n",
    says: ['must start with "/"'],
  },
  {
    title: "a history of nothing",
    fleet: "history: { max_jobs_per_agent: ▶0 }\n",
    says: ["0 must be at least 1"],
  },
  {
    title: "a notification to nobody",
    fleet: "▶notify: { on: [failed] }\n",
    says: ['needs "command" or "url"'],
    beyondSchema: otherFiles,
  },
  {
    title: "a misspelt key in the defaults",
    fleet: "defaults:\n  ▶max_turn: 5\n",
    says: ['unknown key "max_turn". Did you mean "max_turns"?'],
  },
  {
    title: "a wrong value in the defaults, which an agent would replace",
    fleet: "agents: [agents/worker.yaml]\ndefaults:\n  max_turns: ▶0\n",
    files: { "agents/worker.yaml": "name: worker\nmax_turns: 3\n" },
    says: ["0 must be at least 1"],
  },
  {
    title: "a name in the defaults",
    fleet: "defaults:\n  ▶name: everyone\n",
    says: ['"name"'],
    beyondSchema: "defaults and overrides share one definition",
  },
  {
    title: "a wrong value in the overrides",
    fleet: "agents:\n  - path: agents/worker.yaml\n    overrides: { max_turns: ▶none }\n",
    says: ['"none" must be a number'],
  },
  {
    title: "overrides that are no mapping",
    fleet: "agents:\n  - path: agents/worker.yaml\n    overrides: ▶opus\n",
    says: ['"opus" must be a mapping'],
  },
  {
    title: "defaults that do not fit what the agent says",
    files: {
      "herdctl.yaml": `
        agents: [a.yaml]
        defaults:
          schedules: { s: { type: interval, interval: 1m } }
      `,
      "a.yaml": "name: a\nschedules: { s: { jitter: ▶2m } }\n",
    },
    says: ["jitter must be shorter than the interval"],
    beyondSchema: otherFiles,
  },
  {
    title: "an agent file that does not exist",
    fleet: "agents: [▶agents/missing.yaml]\n",
    says: ['"agents/missing.yaml" does not exist', "agents/missing.yaml"],
    beyondSchema: otherFiles,
  },
  {
    title: "a glob that matches nothing",
    fleet: 'agents: [▶"team/*.yml"]\n',
    says: ['"team/*.yml" matches no YAML file'],
    beyondSchema: otherFiles,
  },
  {
    title: "a folder where an agent file is wanted",
    fleet: "agents: [▶agents/]\n",
    says: ['"agents/" is a folder: write "agents/*.yaml"'],
    beyondSchema: otherFiles,
  },
  {
    title: "two agents of one name",
    files: {
      "herdctl.yaml": "agents: [a.yaml, b.yaml]\n",
      "a.yaml": "name: twin\n",
      "b.yaml": "name: ▶twin\n",
    },
    says: ['the agent "twin" exists already', "a.yaml:1", "Give this one another name"],
    beyondSchema: otherFiles,
  },
  {
    title: "one agent file twice",
    files: { "herdctl.yaml": "agents: [a.yaml, ▶a.yaml]\n", ...agents },
    says: ['the agent "a" is here already', "is referred to twice"],
    beyondSchema: otherFiles,
  },
  {
    title: "a sub-fleet that does not exist",
    fleet: "fleets: [{ path: ▶elsewhere }]\n",
    says: ['the sub-fleet "elsewhere" does not exist'],
    beyondSchema: otherFiles,
  },
  {
    title: "a sub-fleet's folder without a fleet file",
    fleet: "fleets: [{ path: ▶agents }]\n",
    says: ['the sub-fleet "agents" has no herdctl.yaml'],
    beyondSchema: otherFiles,
  },
  {
    title: "a sub-fleet whose own name is none",
    files: {
      "herdctl.yaml": "fleets: [{ path: ▶team }]\n",
      "team/herdctl.yaml": "fleet: { name: My Team }\n",
    },
    says: [`the sub-fleet's name "My Team" must be a name`, 'Give it one with "name: …"'],
    beyondSchema: otherFiles,
  },
  {
    title: "two sub-fleets of one name",
    files: {
      "herdctl.yaml": "fleets: [{ path: team }, { path: ▶team }]\n",
      "team/herdctl.yaml": "version: 1\n",
    },
    says: ['a sub-fleet named "team" is here already (fleets.0)', 'another "name: …"'],
    beyondSchema: otherFiles,
  },
  {
    title: "a fleet that contains itself",
    files: {
      "herdctl.yaml": "fleets: [{ path: team }]\n",
      "team/herdctl.yaml": "fleets: [{ path: ▶.., name: top }]\n",
    },
    says: ["this sub-fleet contains itself", "herdctl.yaml → ", "team/herdctl.yaml → "],
    beyondSchema: otherFiles,
  },
  {
    title: "a fault in an agent of a sub-fleet",
    files: {
      "herdctl.yaml": "fleets: [{ path: team }]\n",
      "team/herdctl.yaml": "agents: [a.yaml]\n",
      "team/a.yaml": "name: a\npriority: ▶high\n",
    },
    says: ['"high" must be a number'],
  },
  {
    title: "an agent file with fields of a fleet",
    files: { "herdctl.yaml": "agents: [a.yaml]\n", "a.yaml": "name: a\n▶agents: []\n" },
    says: ['"agents" belongs in a fleet file'],
  },
];
