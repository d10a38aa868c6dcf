import { answerApproval } from "./approvals/answer-approval.ts";
import type { Approval, ApprovalReply } from "./approvals/approval-types.ts";
import { toApproval } from "./approvals/approval-view.ts";
import { FleetStreams } from "./fleet-streams.ts";
import { forgetMemory, getMemory, type MemoryInfo } from "./memory.ts";
import { pause, resume } from "./pause.ts";
import { setScheduleEnabled } from "./schedules/schedule-switch.ts";

/** What people decide about a fleet beside its jobs, whether it runs or not; it holds over restarts. */
export abstract class FleetControls extends FleetStreams {
  /**
   * Switches a schedule on again. It starts anew: what passed while it was off is not caught up.
   *
   * @throws AgentNotFoundError, ScheduleNotFoundError; InvalidStateError when its file disables it
   */
  async enableSchedule(agentName: string, scheduleName: string): Promise<void> {
    const parts = this.parts("enable a schedule");
    await setScheduleEnabled(parts, { agentName, scheduleName }, true);
  }

  /**
   * Switches a schedule off until it is enabled again, over restarts; its configuration stays.
   *
   * @throws AgentNotFoundError, ScheduleNotFoundError
   */
  async disableSchedule(agentName: string, scheduleName: string): Promise<void> {
    const parts = this.parts("disable a schedule");
    await setScheduleEnabled(parts, { agentName, scheduleName }, false);
  }

  /**
   * Answers a tool call that waits for a person, by id or unique prefix: a verdict, or to a question an
   * answer. The job goes on by itself; without a daemon, with the next one.
   *
   * @throws ApprovalNotFoundError; InvalidStateError when it does not wait any more; `INVALID_REQUEST`
   * when a question is allowed, or an approval gets a text
   */
  async answerApproval(
    id: string,
    reply: ApprovalReply,
    { by }: { readonly by?: string } = {},
  ): Promise<Approval> {
    const { fleet } = this.parts("answer an approval");
    return toApproval(await answerApproval(fleet, id, { reply, by }), fleet.redactor);
  }

  /** Pauses an agent, or the fleet, over restarts: queued jobs wait, scheduled fires are skipped. */
  async pause(agentName?: string): Promise<void> {
    await pause(this.parts("pause").fleet, agentName);
  }

  /** Takes a {@link pause} back; resolves with whether there was one. */
  resume(agentName?: string): Promise<boolean> {
    return resume(this.parts("resume").fleet, agentName);
  }

  /**
   * What an agent remembers over its jobs, ordered by key; with `search`, in key or text.
   *
   * @throws AgentNotFoundError
   */
  getMemory(agentName: string, options: { readonly search?: string } = {}): readonly MemoryInfo[] {
    return getMemory(this.parts("read memory").fleet, agentName, options.search);
  }

  /**
   * Makes an agent forget one entry of its memory, or without a key all; resolves with how many.
   *
   * @throws AgentNotFoundError
   */
  async forgetMemory(agentName: string, key?: string): Promise<number> {
    return forgetMemory(this.parts("forget memory").fleet, agentName, key);
  }
}
