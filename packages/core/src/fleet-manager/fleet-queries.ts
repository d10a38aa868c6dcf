import { EventEmitter } from "node:events";
import type { ResolvedWeb } from "../config/resolved.ts";
import type { Approval, ApprovalFilter } from "./approvals/approval-types.ts";
import { getApprovals } from "./approvals/approval-view.ts";
import { type AuditFilter, type AuditList, getAudit } from "./audit/audit-queries.ts";
import { resolveJobId } from "./control.ts";
import { JobNotFoundError } from "./errors.ts";
import type { FleetEvents } from "./event-types.ts";
import type { FleetParts } from "./fleet-parts.ts";
import { checkHealth, type FleetHealth } from "./health.ts";
import * as queries from "./queries.ts";
import {
  getScheduleFires,
  previewSchedule,
  type ScheduleFireFilter,
  type ScheduleFireList,
} from "./schedules/schedule-queries.ts";
import type { SessionMessagePage } from "../sessions/read-transcript.ts";
import { getSession, getSessionMessages, getSessions } from "./sessions/session-queries.ts";
import type { Session, SessionFilter, SessionMessageFilter } from "./sessions/session-types.ts";
import type { AgentInfo, Job, JobFilter, JobList, QueueInfo, ScheduleInfo } from "./types.ts";

/** What can be asked of a fleet, from one consistent state, whether it runs or not. */
export abstract class FleetQueries extends EventEmitter<FleetEvents> {
  /** The parts, or an error that says what cannot be done yet. */
  protected abstract parts(operation: string): FleetParts;

  /** Whether the fleet can do its work, which includes a write to its store. */
  async getHealth(): Promise<FleetHealth> {
    return checkHealth(this.parts("check the health"));
  }

  /**
   * Changes whenever the answers to questions about status, agents, jobs, queue and schedules do, but
   * for what only tells the time, as uptime does. Costs next to nothing.
   */
  getVersion(): string {
    const { node, store, configVersion, lifecycle } = this.parts("get the version").fleet;
    return [node, configVersion, store.dataVersion(), lifecycle()].join("/");
  }

  /** How the fleet is to be served over TCP. */
  getWeb(): ResolvedWeb {
    return this.parts("read the configuration").fleet.config.fleet.web;
  }

  /** Every agent at this instant. */
  getAgents(): AgentInfo[] {
    const { fleet, scheduler } = this.parts("list agents");
    return queries.getAgents(fleet, scheduler);
  }

  /**
   * One agent, by qualified name, or by its bare name where that is unique.
   *
   * @throws AgentNotFoundError
   */
  getAgent(name: string): AgentInfo {
    const { fleet, scheduler } = this.parts("get an agent");
    return queries.getAgent(fleet, scheduler, name);
  }

  /** Jobs that match, newest first, without their output. */
  getJobs(filter: JobFilter = {}): Job[] {
    return [...this.getJobPage({ ...filter, limit: filter.limit ?? Infinity }).jobs];
  }

  /** Like {@link getJobs}, a page at a time, with the cursor of the next one. */
  getJobPage(filter: JobFilter = {}): JobList {
    return queries.getJobs(this.parts("list jobs").fleet, filter);
  }

  /**
   * One job with its output, by id, unique prefix, or `latest`.
   *
   * @throws JobNotFoundError
   */
  getJob(id: string): Job {
    const { fleet } = this.parts("get a job");
    const record = fleet.store.jobs.get(resolveJobId(fleet, id));
    if (!record) throw new JobNotFoundError(id);
    return queries.getJob(fleet, record);
  }

  /** Queued jobs in the order in which they will run. */
  getQueue(): QueueInfo {
    return queries.getQueue(this.parts("get the queue").fleet);
  }

  /**
   * Tool calls that wait for a person, and with another `status` those that did, oldest first.
   *
   * @throws AgentNotFoundError, JobNotFoundError
   */
  getApprovals(filter: ApprovalFilter = {}): readonly Approval[] {
    return getApprovals(this.parts("list approvals").fleet, filter);
  }

  /** Who asked the fleet for what, and what came of it, latest first; kept as long as the ledger. */
  getAudit(filter: AuditFilter = {}): AuditList {
    return getAudit(this.parts("read the audit").fleet, filter);
  }

  /** Every schedule with its next fire. */
  getSchedules(): ScheduleInfo[] {
    const { fleet, scheduler } = this.parts("list schedules");
    return queries.getSchedules(fleet, scheduler);
  }

  /**
   * One schedule.
   *
   * @throws AgentNotFoundError, ScheduleNotFoundError
   */
  getSchedule(agentName: string, scheduleName: string): ScheduleInfo {
    const { fleet, scheduler } = this.parts("get a schedule");
    return queries.getSchedule(fleet, scheduler, { agentName, scheduleName });
  }

  /** What became of the due instants of schedules: each is in exactly one entry. */
  getScheduleFires(filter: ScheduleFireFilter = {}): ScheduleFireList {
    return getScheduleFires(this.parts("list fires").fleet, filter);
  }

  /**
   * The next instants at which a schedule fires, or would if it were enabled and the fleet ran.
   *
   * @throws AgentNotFoundError, ScheduleNotFoundError
   */
  previewSchedule(agentName: string, scheduleName: string, count = 5): Date[] {
    const { fleet } = this.parts("preview a schedule");
    return previewSchedule(fleet, { agentName, scheduleName }, count);
  }

  /**
   * Sessions of agents, last used first: those of their jobs, and those that anybody started in their
   * folders. Reads only the head and the tail of what was said.
   *
   * @throws AgentNotFoundError
   */
  async getSessions(filter: SessionFilter = {}): Promise<readonly Session[]> {
    return getSessions(this.parts("list sessions").fleet, filter);
  }

  /**
   * One session, by its id or a unique start of it.
   *
   * @throws SessionNotFoundError
   */
  async getSession(id: string): Promise<Session> {
    return getSession(this.parts("get a session").fleet, id);
  }

  /**
   * What was said in a session, oldest first, page by page. The last page has no cursor.
   *
   * @throws SessionNotFoundError; `INVALID_REQUEST` for a cursor that no page gave
   */
  async getSessionMessages(
    id: string,
    filter: SessionMessageFilter = {},
  ): Promise<SessionMessagePage> {
    return getSessionMessages(this.parts("read a session").fleet, id, filter);
  }
}
