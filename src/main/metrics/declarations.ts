/**
 * Every metric of ours, declared once: what /metrics says of it, and what docs/monitoring.md does. Labels are bounded:
 * types and codes of the protocol, names of stores and groups; never a person, a room or what somebody wrote.
 */

export type MetricKind = "counter" | "gauge" | "histogram";

export interface MetricDeclaration {
  readonly name: `blazing_sun_${string}`;
  readonly kind: MetricKind;
  readonly help: string;
  readonly labels: readonly string[];
  /** Which programs have it: those with a gateway, those with the services, those with engines, or all. */
  readonly of: "gateway" | "services" | "engines" | "all";
}

export const metrics = {
  ready: {
    name: "blazing_sun_ready",
    kind: "gauge",
    help: "1 where the program can serve, as /ready says it.",
    labels: [],
    of: "all",
  },
  engineUp: {
    name: "blazing_sun_engine_up",
    kind: "gauge",
    help: "1 where an engine of the cluster answers.",
    labels: ["engine"],
    of: "engines",
  },
  httpRequests: {
    name: "blazing_sun_http_requests_total",
    kind: "counter",
    help: "Requests over HTTP by the pattern of their route (none: of no route that there is), method (other: of none that there is) and class of the answer's status; 1xx is a request that became a socket.",
    labels: ["route", "method", "status"],
    of: "all",
  },
  httpSeconds: {
    name: "blazing_sun_http_request_seconds",
    kind: "histogram",
    help: "How long the answer to a request over HTTP took, without the way of its body.",
    labels: ["route", "method", "status"],
    of: "all",
  },
  sockets: {
    name: "blazing_sun_gateway_sockets",
    kind: "gauge",
    help: "Open sockets, by whether they have said who they are: authenticated or unauthenticated.",
    labels: ["state"],
    of: "gateway",
  },
  users: {
    name: "blazing_sun_gateway_users",
    kind: "gauge",
    help: "People with at least one authenticated socket here.",
    labels: [],
    of: "gateway",
  },
  authentications: {
    name: "blazing_sun_gateway_authentications_total",
    kind: "counter",
    help: "Sockets that said who they are (ok), or ended before that, by the name of the close code.",
    labels: ["outcome"],
    of: "gateway",
  },
  socketsClosed: {
    name: "blazing_sun_gateway_sockets_closed_total",
    kind: "counter",
    help: "Sockets that ended, by the name of the close code (TOO_SLOW: a slow reader that was cut), or closed_by_client.",
    labels: ["reason"],
    of: "gateway",
  },
  resumes: {
    name: "blazing_sun_gateway_resumes_total",
    kind: "counter",
    help: "Clients that came back with a cursor: replayed is a hit of the replay window, out_of_reach and other_log are misses.",
    labels: ["outcome"],
    of: "gateway",
  },
  rateLimited: {
    name: "blazing_sun_gateway_rate_limited_total",
    kind: "counter",
    help: "Messages past a limit, by the class of the limit.",
    labels: ["rate_class"],
    of: "gateway",
  },
  commands: {
    name: "blazing_sun_gateway_commands_total",
    kind: "counter",
    help: "Commands by type (none: of no type that there is) and outcome: ok, the code of an error, forwarded (has no outcome), unanswered (none within a minute).",
    labels: ["type", "outcome"],
    of: "gateway",
  },
  commandSeconds: {
    name: "blazing_sun_gateway_command_seconds",
    kind: "histogram",
    help: "From a command's frame to the frame with its outcome, by the topic of the command.",
    labels: ["topic"],
    of: "gateway",
  },
  commandsInFlight: {
    name: "blazing_sun_gateway_commands_in_flight",
    kind: "gauge",
    help: "Commands that wait for their outcome.",
    labels: [],
    of: "gateway",
  },
  events: {
    name: "blazing_sun_gateway_events_total",
    kind: "counter",
    help: "Events given to at least one socket, by type.",
    labels: ["type"],
    of: "gateway",
  },
  eventFrames: {
    name: "blazing_sun_gateway_event_frames_total",
    kind: "counter",
    help: "Frames with events, one for each socket that an event was given to, by type.",
    labels: ["type"],
    of: "gateway",
  },
  appended: {
    name: "blazing_sun_log_appended_records_total",
    kind: "counter",
    help: "Records that the log took from this program, by topic.",
    labels: ["topic"],
    of: "all",
  },
  appendFailures: {
    name: "blazing_sun_log_append_failures_total",
    kind: "counter",
    help: "Appends that the log did not take, by the topic of their first record.",
    labels: ["topic"],
    of: "all",
  },
  appendSeconds: {
    name: "blazing_sun_log_append_seconds",
    kind: "histogram",
    help: "How long an append took, by the topic of its first record.",
    labels: ["topic"],
    of: "all",
  },
  lag: {
    name: "blazing_sun_log_lag_records",
    kind: "gauge",
    help: "Records in the log that a reader of this program has not handled, by group (follower: without one) and topic.",
    labels: ["reader", "topic"],
    of: "all",
  },
  handled: {
    name: "blazing_sun_log_handled_records_total",
    kind: "counter",
    help: "Records that a group has handled here.",
    labels: ["reader"],
    of: "services",
  },
  batchFailures: {
    name: "blazing_sun_log_batch_failures_total",
    kind: "counter",
    help: "Batches that could not be handled and came again.",
    labels: ["reader"],
    of: "services",
  },
  batchSeconds: {
    name: "blazing_sun_log_batch_seconds",
    kind: "histogram",
    help: "How long a group took for a batch: decide, save, append.",
    labels: ["reader"],
    of: "services",
  },
  decisions: {
    name: "blazing_sun_games_decisions_total",
    kind: "counter",
    help: "Commands that the games service decided, by type and outcome (ok or the code of the refusal); once more for each retry.",
    labels: ["type", "outcome"],
    of: "services",
  },
  units: {
    name: "blazing_sun_games_units_total",
    kind: "counter",
    help: "Changes of rooms that were to be saved: saved, conflict (somebody saved first: decided again), claimed (a name or seat is taken).",
    labels: ["result"],
    of: "services",
  },
  commitSeconds: {
    name: "blazing_sun_store_commit_seconds",
    kind: "histogram",
    help: "How long a store took to save what came together: rooms, lobby_chat, private_chat.",
    labels: ["store"],
    of: "services",
  },
  commitFailures: {
    name: "blazing_sun_store_commit_failures_total",
    kind: "counter",
    help: "Saves that a store did not take: it is away, or full.",
    labels: ["store"],
    of: "services",
  },
  rooms: {
    name: "blazing_sun_games_rooms",
    kind: "gauge",
    help: "Open rooms in the store: waiting, playing. In a cluster every platform says the same.",
    labels: ["state"],
    of: "services",
  },
  gamesOver: {
    name: "blazing_sun_games_over_total",
    kind: "counter",
    help: "Games that ended, by game and reason: score, or lost by forfeit (stayed away), left, idle, abandoned.",
    labels: ["game", "reason"],
    of: "services",
  },
} as const satisfies Record<string, MetricDeclaration>;

/** Those of prom-client that mean something on Bun: its others say nothing there, or nonsense. */
export const processMetrics = {
  process_cpu_user_seconds_total: "CPU time of the program itself.",
  process_cpu_system_seconds_total: "CPU time of the system for it.",
  process_cpu_seconds_total: "Both together.",
  process_start_time_seconds: "When it was started, seconds since 1970.",
  process_resident_memory_bytes: "Memory that it has.",
  process_open_fds: "Open files and sockets.",
  process_max_fds: "How many it may have.",
  nodejs_heap_size_total_bytes: "Of it, what JavaScript has.",
  nodejs_heap_size_used_bytes: "Of that, what it uses.",
  nodejs_eventloop_lag_seconds: "How late the event loop came to the scrape itself.",
  nodejs_eventloop_lag_max_seconds: "The longest delay of the event loop since the last scrape.",
  nodejs_eventloop_lag_mean_seconds: "The mean of it.",
  nodejs_eventloop_lag_p50_seconds: "Half of the delays were shorter.",
  nodejs_eventloop_lag_p99_seconds: "99 of 100 were shorter.",
} as const;
