import type { Session, SessionMessagePage } from "@herdctl/core";

const start = new Date("2026-03-01T06:00:00.000Z");

export const recordedSession: Session = {
  sessionId: "5f0c1f8e-0000",
  agentName: "platform.reviewer",
  origin: "herdctl",
  scope: "schedule:nightly",
  jobId: "job-01hzy3v9k4a7c2d1",
  runtime: "sdk",
  container: false,
  workingDirectory: "/srv/platform",
  title: "Review – “naïve” ✓",
  firstPrompt: "Review",
  bytes: 4_096,
  createdAt: start,
  lastUsedAt: start,
  resumable: false,
  obstacle: { reason: "expired", message: "has expired" },
  openIn: 4_711,
};

const said = { role: "assistant", timestamp: start, uuid: "u-1" } as const;
const toolUseId = "toolu_1";

export const recordedMessages: SessionMessagePage = {
  messages: [
    { ...said, type: "tool_use", toolUseId, toolName: "Bash", input: { command: "date" } },
    { ...said, type: "text", text: "Done – ✓", parentToolUseId: toolUseId },
    { ...said, role: "user", type: "tool_result", toolUseId, text: "", isError: true },
  ],
  nextCursor: "120/agent-a1:30",
};
