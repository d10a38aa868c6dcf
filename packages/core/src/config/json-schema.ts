import { z } from "zod";
import {
  addOldName,
  allowVariables,
  type JsonSchema,
  variable,
  withoutRequirements,
  withProperties,
} from "./json-schema-rewrite.ts";
import { shareParts } from "./json-schema-share.ts";
import { fleetKeys } from "./fleet-keys.ts";
import { renames } from "./legacy.ts";
import { omit } from "./omit.ts";
import { agentSchema } from "./schema/agent.ts";
import { fleetSchema } from "./schema/fleet.ts";

/**
 * JSON Schema (draft 7) of every file that herdctl reads: fleet files and agent files. Made from the
 * schemas that validate, so that an editor knows what `herdctl` knows about one file by itself.
 */
export function configJsonSchema(): JsonSchema {
  const { fleet, agent } = fileJsonSchemas();
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
    definitions: shareParts({
      fleet: withoutRequirements(fleet),
      agent: withoutRequirements(agent),
      variable,
    }),
  };
}

/** What a fleet and an agent must be in the end, when all that is merged into them is. */
export function fileJsonSchemas(): { readonly fleet: JsonSchema; readonly agent: JsonSchema } {
  const fleet = withProperties(toJsonSchema(fleetSchema, "fleet"), {
    workspace: { deprecated: true, description: "Older name of `working_directory`." },
    chat: { deprecated: true, description: "Not used any more: configure chat on each agent." },
  });
  return { fleet, agent: renames.reduce(addOldName, toJsonSchema(agentSchema, "agent")) };
}

function toJsonSchema(schema: z.ZodType, title: string): JsonSchema {
  const json = z.toJSONSchema(schema, {
    io: "input",
    target: "draft-7",
    override: ({ jsonSchema }) => {
      // zod's way to say "whole number".
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      if (isEmpty(jsonSchema.default)) delete jsonSchema.default;
    },
  });
  return { title, ...allowVariables(omit(json, ["$schema"])) };
}

// `{}` and `[]` only say that the field may be absent.
function isEmpty(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}
