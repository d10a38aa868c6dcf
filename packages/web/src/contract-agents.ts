import type { AgentInstaller } from "@herdctl/core";
import { z } from "zod";
import { none } from "./contract-nothing.ts";
import type {
  AddAgentBody,
  AgentParams,
  Nothing,
  Operations,
  PreviewAgentBody,
  RemoveAgentBody,
  RequestParts,
} from "./contract-types.ts";
import {
  agentPreview,
  installedAgent,
  installedAgentDetails,
  removedAgent,
} from "./wire/installed-agent.ts";
import { answer, name, request } from "./wire/schema.ts";

const params = request<AgentParams>({ agentName: name });
const choice = {
  source: name,
  name: name.optional(),
  path: z.string().optional(),
  ref: z.string().optional(),
};

/** The part of the HTTP API that is about agents from elsewhere. */
export const agentOperations: Pick<Operations, keyof AgentInstaller> = {
  previewAgent: {
    // It changes nothing, but has the fleet's machine fetch what somebody names.
    method: "POST",
    path: "/api/installed-agents/preview",
    status: 200,
    input: request<RequestParts<Nothing, Nothing, PreviewAgentBody>>({
      ...none,
      body: request<PreviewAgentBody>(choice),
    }),
    output: agentPreview,
  },
  addAgent: {
    method: "POST",
    path: "/api/installed-agents",
    status: 201,
    input: request<RequestParts<Nothing, Nothing, AddAgentBody>>({
      ...none,
      body: request<AddAgentBody>({ ...choice, digest: name.optional() }),
    }),
    output: installedAgent,
  },
  getInstalledAgents: {
    method: "GET",
    path: "/api/installed-agents",
    status: 200,
    input: request<RequestParts>(none),
    output: answer({ agents: z.array(installedAgent) }),
  },
  getInstalledAgent: {
    method: "GET",
    path: "/api/installed-agents/:agentName",
    status: 200,
    input: request<RequestParts<AgentParams>>({ ...none, params }),
    output: installedAgentDetails,
  },
  removeAgent: {
    method: "POST",
    path: "/api/installed-agents/:agentName/remove",
    status: 200,
    input: request<RequestParts<AgentParams, Nothing, RemoveAgentBody>>({
      ...none,
      params,
      body: request<RemoveAgentBody>({ force: z.boolean().optional() }),
    }),
    output: removedAgent,
  },
};
