export { type Clock, systemClock } from "./clock.ts";
export { ConfigurationError, renderProblem } from "./config/configuration-error.ts";
export { addAgentReference } from "./config/edit.ts";
export { configJsonSchema } from "./config/json-schema.ts";
export { type ConfigTarget, findConfig } from "./config/find.ts";
export { loadConfig, type LoadConfigOptions } from "./config/load.ts";
export type {
  Budget,
  ConfigProblem,
  PermissionMode,
  ResolvedAgent,
  ResolvedAgentConfig,
  ResolvedConfig,
  ResolvedFleet,
  ResolvedMcpServer,
  ResolvedSchedule,
  ResolvedWeb,
  RuntimeType,
} from "./config/resolved.ts";
export { showConfig } from "./config/show.ts";
export type { Check } from "./doctor/check.ts";
export { type DoctorOptions, type DoctorReport, runDoctor } from "./doctor/run-doctor.ts";
export { formatDuration, parseDuration } from "./duration.ts";
export {
  type ErrorCode,
  errorKindOf,
  errorKinds,
  FleetManagerError,
  type FleetManagerErrorOptions,
  isErrorCode,
  messageOf,
  nearestOf,
} from "./errors.ts";
export {
  AgentNotFoundError,
  ApprovalNotFoundError,
  ConcurrencyLimitError,
  InvalidStateError,
  JobNotFoundError,
  ScheduleNotFoundError,
  SessionNotFoundError,
  SessionNotResumableError,
} from "./fleet-manager/errors.ts";
export type {
  Approval,
  ApprovalFilter,
  ApprovalReply,
} from "./fleet-manager/approvals/approval-types.ts";
export { currentActor, runAs } from "./fleet-manager/audit/actor.ts";
export type { AuditEntry, AuditFilter, AuditList } from "./fleet-manager/audit/audit-queries.ts";
export type { AuditNote } from "./fleet-manager/audit/audited.ts";
export type { FleetEvents } from "./fleet-manager/event-types.ts";
export { FleetManager } from "./fleet-manager/fleet-manager.ts";
export type { FleetHealth, FleetProblem } from "./fleet-manager/health.ts";
export {
  type AddAgentOptions,
  type AgentInstaller,
  createAgentInstaller,
  type InstallerOptions,
  type RecordChange,
  type RecordedChange,
} from "./installing/agent-installer.ts";
export { absoluteSource, type AgentSource, describeSource } from "./installing/agent-source.ts";
export type { Demand } from "./installing/demands.ts";
export type { FileState } from "./installing/digest.ts";
export type { PreviewAgentOptions } from "./installing/fetch-agent.ts";
export type { InstalledAgentDetails, InstalledAgentInfo } from "./installing/installed-agents.ts";
export type { AgentFileInfo, AgentPreview } from "./installing/preview-agent.ts";
export type { RemovedAgent } from "./installing/remove-agent.ts";
export { type JobControl, openJobControl } from "./fleet-manager/job-control.ts";
export { type JobHistory, openJobHistory } from "./fleet-manager/job-history.ts";
export type { MemoryInfo } from "./fleet-manager/memory.ts";
export type {
  ScheduleFire,
  ScheduleFireFilter,
  ScheduleFireList,
} from "./fleet-manager/schedules/schedule-queries.ts";
export type {
  Session,
  SessionFilter,
  SessionMessageFilter,
} from "./fleet-manager/sessions/session-types.ts";
export type { JobLinesOptions } from "./fleet-manager/logs/log-streaming.ts";
export type {
  AgentInfo,
  FleetManagerOptions,
  FleetState,
  FleetStatus,
  Job,
  JobFilter,
  JobList,
  JobModifications,
  JobResult,
  LogEntry,
  LogStreamOptions,
  QueueInfo,
  ScheduleInfo,
  StopOptions,
  TriggerOptions,
  TriggerPlan,
  UsageInfo,
  WorkItem,
} from "./fleet-manager/types.ts";
export type {
  Conversation,
  ConversationOptions,
  ConversationState,
} from "./fleet-manager/conversations/conversation.ts";
export type {
  ConversationEvent,
  ConversationTurn,
  SendOptions,
  TurnContent,
  TurnResult,
} from "./runner/turn.ts";
export type { StreamHandle } from "./fleet-manager/logs/stream-to-callback.ts";
export { type LogFields, type Logger, type LogLevel, silentLogger } from "./logger.ts";
export { createRedactor, type Redactor } from "./redact.ts";
export { createJobId } from "./ids.ts";
export {
  type ClaudeBinary,
  ClaudeNotFoundError,
  resolveClaudeBinary,
} from "./runner/claude-binary.ts";
export { claudeVariables } from "./runner/claude-variables.ts";
export { claudeEnvironment } from "./runner/environment.ts";
export { RunnerError, SDKError } from "./runner/errors.ts";
export { AgentRunner, runAgent } from "./runner/runner.ts";
export type { AgentRunnerOptions, RunnerOptions, RunnerResult } from "./runner/types.ts";
export { CLIRuntime } from "./runner/runtime/cli-runtime.ts";
export { RuntimeFactory, type RuntimeFactoryOptions } from "./runner/runtime/factory.ts";
export type {
  ClaudeCommand,
  ClaudeProcess,
  ExecuteOptions,
  HerdctlServer,
  Launcher,
  PipedClaude,
  RuntimeInterface,
  SessionRequest,
} from "./runner/runtime/interface.ts";
export {
  buildImage,
  type BuildImageOptions,
  type BuiltImage,
} from "./runner/runtime/image/build-image.ts";
export {
  type QueryFunction,
  SDKRuntime,
  type SDKRuntimeOptions,
} from "./runner/runtime/sdk-runtime.ts";
export type { SessionObstacle } from "./sessions/policy.ts";
export type { SessionMessagePage } from "./sessions/read-transcript.ts";
export type { SessionMessage } from "./sessions/transcript-line.ts";
export {
  type Access,
  type AccessTokens,
  accessTokensFile,
  closeAccessTokens,
  ensureAccessTokens,
  readAccessTokens,
} from "./state/access-tokens.ts";
export type { Actor } from "./state/audit-store.ts";
export type { AttemptFiles } from "./state/attempt-files.ts";
export { createDirectories } from "./state/directories.ts";
export { StateDirectoryError, StateLockedError, StoreTooNewError } from "./state/errors.ts";
export type {
  ClaimedItem,
  ExitReason,
  ExpectResult,
  HookPhase,
  HookResult,
  JobRecord,
  JobReport,
  JobStatus,
  ModelUsage,
  PermissionDenial,
  ProcessRecord,
  SentFile,
  TriggerType,
  WaitReason,
} from "./state/job-record.ts";
export { StateManager, type StateManagerOptions } from "./state/manager.ts";
export type { OutputEntry, OutputLine, OutputLineType } from "./state/output-line.ts";
export { plainText, renderOutput } from "./state/render-output.ts";
export { rotateAccessToken } from "./state/rotate-access-token.ts";
export { socketPathFor } from "./state/socket-path.ts";
export { onStoreWrite, type StoreWrite } from "./state/store-writes.ts";
export { type FireFate, skipReasons, type SkipReason, type StateStore } from "./state/store.ts";
export { herdctlVersion } from "./version.ts";
