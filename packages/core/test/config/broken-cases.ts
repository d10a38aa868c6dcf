import type { BrokenCase } from "./broken-case.ts";
import { agentCases } from "./broken-cases/agent.ts";
import { dockerCases } from "./broken-cases/docker.ts";
import { environmentCases } from "./broken-cases/environment.ts";
import { fleetCases } from "./broken-cases/fleet.ts";
import { integrationCases } from "./broken-cases/integrations.ts";
import { scheduleCases } from "./broken-cases/schedules.ts";
import { yamlCases } from "./broken-cases/yaml.ts";

/** Every kind of fault that a configuration can have. */
export const brokenCases: readonly BrokenCase[] = [
  ...yamlCases,
  ...environmentCases,
  ...agentCases,
  ...scheduleCases,
  ...integrationCases,
  ...dockerCases,
  ...fleetCases,
];
