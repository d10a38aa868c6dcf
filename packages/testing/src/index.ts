export { claudeBinary } from "./claude-binary.ts";
export { testImage, type TestImageOptions } from "./docker/test-image.ts";
export { createTestFleet, type TestFleet, type TestFleetOptions } from "./fleet/test-fleet.ts";
export { ManualClock } from "./manual-clock.ts";
export {
  agentEnvironment,
  type ClientEnvironmentOptions,
} from "./model-server/client-environment.ts";
export type { Message } from "./model-server/messages.ts";
export {
  createModelServer,
  type ModelServer,
  type ModelServerOptions,
} from "./model-server/model-server.ts";
export type { ModelRequest } from "./model-server/request-log.ts";
export { script, type ScriptBuilder } from "./script/builder.ts";
export { inPrompt } from "./script/prompt.ts";
export type {
  CutStep,
  ErrorStep,
  FaultName,
  FaultStep,
  MessageFacts,
  Pace,
  RepeatStep,
  Script,
  ScriptStep,
  StopReason,
  StopStep,
  StructuredStep,
  SubagentStep,
  TextStep,
  ThinkingStep,
  Times,
  TokenUsage,
  ToolCall,
  ToolsStep,
  ToolStep,
  WaitStep,
} from "./script/script.ts";
