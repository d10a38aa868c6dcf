import { z } from "zod";
import {
  addOldName,
  allowVariables,
  type JsonSchema,
  withoutRequirements,
  withProperties,
} from "./json-schema-rewrite.ts";
import { fleetKeys } from "./fleet-keys.ts";
import { renames } from "./legacy.ts";
import { omit } from "./omit.ts";
import { agentSchema } from "./schema/agent.ts";
import { fleetSchema } from "./schema/fleet.ts";

/**
 * JSON Schema (draft 7) of every file that herdctl reads: fleet files and agent files. Made from the
 * schemas that validate, so that an editor knows what `herdctl` knows.
 */
export function configJsonSchema(): JsonSchema {
  const agent = renames.reduce(addOldName, toJsonSchema(agentSchema, "agent"));
  const fleet = withProperties(toJsonSchema(fleetSchema, "fleet"), {
    workspace: { deprecated: true, description: "Older name of `working_directory`." },
    chat: { deprecated: true, description: "Not used any more: configure chat on each agent." },
  });
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "herdctl",
    description: "A fleet file or an agent file of herdctl.",
    type: "object",
    if: { anyOf: fleetKeys.map((key) => ({ required: [key] })) },
    // oxlint-disable-next-line unicorn/no-thenable -- JSON Schema's own keyword
    then: { $ref: "#/definitions/fleet" },
    else: {
      if: { required: ["name"] },
      // oxlint-disable-next-line unicorn/no-thenable -- JSON Schema's own keyword
      then: { $ref: "#/definitions/agent" },
      else: { $ref: "#/definitions/fleet" },
    },
    definitions: {
      fleet,
      agent,
      agentLayer: withoutRequirements(agent),
      fleetLayer: withoutRequirements(fleet),
    },
  };
}

function toJsonSchema(schema: z.ZodType, title: string): JsonSchema {
  const json = z.toJSONSchema(schema, {
    io: "input",
    target: "draft-7",
    override: ({ jsonSchema }) => {
      // zod's way to say "whole number".
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
    },
  });
  return { title, ...allowVariables(omit(json, ["$schema"])) };
}
