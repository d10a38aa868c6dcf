import type { MemoryInfo } from "@herdctl/core";
import { z } from "zod";
import { none } from "./contract-nothing.ts";
import type {
  AgentParams,
  ForgetMemoryBody,
  MemoryQuery,
  Nothing,
  Operations,
  RequestParts,
} from "./contract-types.ts";
import { answer, date, name, request } from "./wire/schema.ts";

const params = request<AgentParams>({ agentName: name });
const entry = answer<MemoryInfo>({ key: z.string(), text: z.string(), updatedAt: date });

/** The part of the HTTP API that is about what agents remember. */
export const memoryOperations: Pick<Operations, "getMemory" | "forgetMemory"> = {
  getMemory: {
    method: "GET",
    path: "/api/agents/:agentName/memory",
    status: 200,
    input: request<RequestParts<AgentParams, MemoryQuery>>({
      ...none,
      params,
      query: request<MemoryQuery>({ search: name.optional() }),
    }),
    output: answer({ memory: z.array(entry) }),
  },
  forgetMemory: {
    method: "POST",
    path: "/api/agents/:agentName/memory/forget",
    status: 200,
    input: request<RequestParts<AgentParams, Nothing, ForgetMemoryBody>>({
      ...none,
      params,
      body: request<ForgetMemoryBody>({ key: name.optional() }),
    }),
    output: answer({ forgotten: z.number() }),
  },
};
