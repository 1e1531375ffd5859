/** docs/protocol.md: the protocol for people, from the declarations alone (W1, W4). */
import { reachesSockets } from "./reach.ts";
import { anchorOf, plain, sharedShapes, type JsonSchema } from "./fields.ts";
import { fieldTable, section, table } from "./markdown.ts";
import {
  closeCodes,
  errorCodes,
  errorTable,
  mayReconnect,
  messageLimits,
  permissionsOfRole,
  rateClasses,
  roomNameLimits,
  topics,
  type CommandDeclaration,
  type Declaration,
  type EventDeclaration,
  type TextLimits,
} from "../../src/protocol/index.ts";

export function protocolPage(declarations: readonly Declaration[]): string {
  const commands = declarations.filter((each) => each.kind === "command");
  const events = declarations.filter((each) => each.kind === "event");
  const outbound = events.filter(reachesSockets);
  const internal = events.filter((each) => !reachesSockets(each));
  const sections = [
    introduction,
    frame,
    handshake,
    outcomes,
    rooms,
    section("Commands", commandTable(commands), ...commands.map(commandDetails)),
    section("Events", eventTable(outbound), ...outbound.map(eventDetails)),
    section("Events between programs", betweenPrograms, eventTable(internal), ...internal.map(eventDetails)),
    section("Shared shapes", ...sharedShapes.map(({ name, schema }) => shapeDetails(name, schema))),
    section("Audiences", audiences),
    section("Errors", errorsIntroduction, errorRows()),
    section("Close codes", closeIntroduction, closeRows()),
    section("Limits", limits),
    section("Permissions", permissionRows()),
    section("Topics of the log", topicRows()),
  ];
  return `${sections.join("\n\n")}\n`;
}

const introduction = `# The protocol

<!-- Written by \`npm run docs\` from the declarations in src: change those, not this page. -->

What travels between a client and the platform's WebSocket at \`/ws\`. The same, for machines, is in
[asyncapi.json](asyncapi.json). A client library for browsers, Bun and Node is described in [client.md](client.md). How to sign in, get a token
and ask for what was said before is in [http.md](http.md).`;

const frame = `## The frame

Every message is one JSON object in one text frame, with its \`type\`.

- A **command** goes to the server: \`{ "type", "commandId"?, …fields }\`. Fields that are not declared are refused.
- An **event** comes from the server: \`{ "type", "eventId", "at", "commandId"?, …fields }\`. Ignore fields and types
  that you do not know: a newer server may send them.
  - \`eventId\`: a UUID, the same in every repetition of the event.
  - \`at\`: its place in the log, as in \`"games.events/3/1042"\`.
  - \`commandId\`: of the command that caused it.
  - What the gateway itself says (topic \`gateway\` below) has no \`at\`, and need not have an \`eventId\`.
- Ids are strings. A user id is a decimal number, or \`v-\` and a UUID for a visitor who is not signed in.
- Times are ISO-8601 in UTC. The \`timestamp\` of \`system.welcome\`, \`system.authenticated\` and
  \`system.heartbeat_ack\` lets a client reckon with the server's clock.`;

const handshake = `## The handshake

1. Get a token from \`GET /api/socket-token\`: \`{ token, expiresAt, url }\`. Connect to \`url\`; no token is ever part of
   an address.
2. The server says \`system.welcome\`, with its limits.
3. The client says \`system.authenticate { token }\` within \`authDeadlineMs\`. Nothing else is heard before that.
4. The server says \`system.authenticated\`. Where \`resumed\` is false, events may have been missed: send
   \`system.command.sync_state\`, and let each room's events wait until its snapshot is there.
5. The client says \`system.heartbeat\` every \`heartbeatMs\`. A socket without one for \`timeoutMs\` is closed, whatever
   else flows on it.
6. On \`system.token_expiring\`, send \`system.authenticate\` with a new token on the same socket. The new token must be
   of the same person and session.`;

const outcomes = `## The outcome of a command

A command with a \`commandId\` (a UUID of the client's choice) gets exactly one outcome: the first event that carries
the same \`commandId\`, or \`system.event.command_settled\` where that event goes to others, or \`system.error\`. An error
that is \`retryable\` is no outcome: send the same command with the same \`commandId\` again, after \`retryAfterMs\` where
it is there, for at most five minutes. A command that was carried out already is not carried out again: its outcome is
said again. \`system.heartbeat\` and typing notices have no outcome.`;

const rooms = `## The order of a room

Events of a room carry \`seq\`, which rises by one from event to event; chat and spectators' comings and goings carry
none. A [room snapshot](#room-snapshot) at \`seq\` n includes every event up to n. So: let events wait until there is a
snapshot, ignore those up to its \`seq\`, apply the others in order, each once. Where one is missing for two seconds,
ask for a snapshot with \`system.command.sync_state\`. Events may come twice: know room events by room and \`seq\`, all
others by \`eventId\`.

In the list of rooms (\`games.event.rooms_updated\`) an entry replaces one of equal or lower \`seq\`, and a removal wins
a tie, so that the full list and the changes may come in any order.`;

const betweenPrograms = "These are in the log and reach no socket.";

const audiences = `Who gets an event is said by the service that makes it, as one of these. A socket is in an audience because the
service put it there, never because it asked.

${table(
  ["Audience", "Who"],
  [
    ["`user:{userId}`", "every socket of one person"],
    ["`room:{roomId}`", "everyone in a room: players and spectators"],
    ["`room:{roomId}:players`", "the players: their chat"],
    ["`room:{roomId}:spectators`", "the spectators: their chat"],
    ["`rooms:{gameType}`", "everyone who looks at a game's list of rooms"],
    ["`lobby:{lobbyId}`", "everyone who is in a lobby's chat"],
    ["`connection:{connectionId}`", "one socket: a lobby's history, the full list of rooms"],
  ],
)}`;

const errorsIntroduction = `As \`code\` of \`system.error\` and of \`system.event.command_settled\`, and in the [HTTP API](http.md)'s problem documents, with
the same sentence. Retry: send the same command with the same \`commandId\` again. The action is what a page may offer.`;

const closeIntroduction =
  "4000 to 4499: connect again. 4500 to 4999: do not. Without a close frame (1006): connect again.";

const limits = `- A frame is at most 16 KiB; before authentication 4 KiB. \`system.welcome\` says \`maxFrameBytes\`.
- A room's name has ${textLimits(roomNameLimits)}.
- A chat message has ${textLimits(messageLimits)}.
- Neither has control characters, marks that turn the direction of writing, halves of characters, or nothing that can
  be seen.
- A rate class is a bucket for each connection and each person. Past it: \`RATE_LIMITED\` with \`retryAfterMs\`. Past ten
  times it: closed with ${closeCodes.FLOODING.code}.

${table(
  ["Rate class", "At once", "Each second"],
  Object.entries(rateClasses).map(([name, { burst, perSecond }]) => [
    `\`${name}\``,
    boundless(burst),
    boundless(perSecond),
  ]),
)}`;

function commandTable(commands: readonly CommandDeclaration[]): string {
  return table(
    ["Command", "What it does", "Permission", "Rate class", "Goes to"],
    commands.map(({ type, summary, permission, rateClass, topic }) => [
      linkTo(type),
      summary,
      permission === null ? "–" : `\`${permission}\``,
      `\`${rateClass}\``,
      topicInWords(topic),
    ]),
  );
}

function eventTable(events: readonly EventDeclaration[]): string {
  return table(
    ["Event", "What it says", "Comes from"],
    events.map(({ type, summary, topic }) => [linkTo(type), summary, topicInWords(topic)]),
  );
}

function commandDetails({ type, summary, schema }: CommandDeclaration): string {
  return details(type, summary, plain(schema));
}

function eventDetails({ type, summary, schema }: EventDeclaration): string {
  return details(type, summary, plain(schema));
}

function details(type: string, summary: string, schema: JsonSchema): string {
  return `### ${type}\n\n${summary}\n\n${fieldTable(schema, sharedShapes)}`;
}

function shapeDetails(name: string, schema: JsonSchema): string {
  return `### ${name}\n\n${fieldTable(schema, sharedShapes)}`;
}

function errorRows(): string {
  return table(
    ["Code", "Sentence", "Retry", "Action", "HTTP"],
    errorCodes.map((code) => {
      const { message, retryable, status, action } = errorTable[code];
      return [`\`${code}\``, message, retryable ? "yes" : "no", action ?? "–", String(status)];
    }),
  );
}

function closeRows(): string {
  return table(
    ["Code", "Name", "Reason", "Connect again"],
    Object.entries(closeCodes).map(([name, { code, reason }]) => [
      String(code),
      `\`${name}\``,
      reason,
      mayReconnect(code) ? "yes" : "no",
    ]),
  );
}

function permissionRows(): string {
  return table(
    ["Role", "May"],
    Object.entries(permissionsOfRole).map(([role, permissions]) => [
      role,
      permissions.map((permission) => `\`${permission}\``).join(", "),
    ]),
  );
}

function topicRows(): string {
  const day = 24 * 60 * 60 * 1000;
  return table(
    ["Topic", "Partitions", "Kept for"],
    Object.entries(topics).map(([name, { partitions, retentionMs }]) => [
      `\`${name}\``,
      String(partitions),
      `${retentionMs / day} d`,
    ]),
  );
}

function topicInWords(topic: string): string {
  return topic === "gateway" ? "the gateway itself" : `\`${topic}\``;
}

function textLimits({ maxGraphemes, maxBytes }: TextLimits): string {
  return `at most ${maxGraphemes} characters as people count them, and ${maxBytes} bytes in UTF-8`;
}

function boundless(limit: number): string {
  return Number.isFinite(limit) ? String(limit) : "no limit";
}

function linkTo(type: string): string {
  return `[\`${type}\`](#${anchorOf(type)})`;
}
