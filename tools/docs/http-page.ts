/** docs/http.md: what is answered over HTTP, for people, from the described routes. */
import { fieldsOf, inWords, plain, type Shape } from "./fields.ts";
import { pathOf, sessionInWords } from "./http-routes.ts";
import { fieldTable, section, table } from "./markdown.ts";
import { httpShapes } from "../../src/main/http-routes.ts";
import { errorTable, type ErrorCode } from "../../src/protocol/index.ts";
import { isChange, type RouteDescription } from "../../src/web/index.ts";

const shapes: readonly Shape[] = Object.entries(httpShapes).map(([name, schema]) => ({
  name,
  schema: plain(schema),
}));

export function httpPage(routes: readonly RouteDescription[]): string {
  const groups = [...new Set(routes.map(({ group }) => group))];
  const sections = [
    introduction,
    signingIn,
    changes,
    refusals,
    ...groups.map((group) =>
      section(groupNames[group], routeTable(routes.filter((route) => route.group === group))),
    ),
    section("Shapes", ...shapes.map(({ name, schema }) => `### ${name}\n\n${fieldTable(schema, shapes)}`)),
  ];
  return `${sections.join("\n\n")}\n`;
}

const groupNames: Readonly<Record<RouteDescription["group"], string>> = {
  accounts: "Signing in and out",
  friends: "Friends and blocks",
  games: "Games",
  chat: "Chat",
  operation: "For whoever runs it",
};

/** With which every route of the API may refuse. */
const everywhere: readonly ErrorCode[] = ["RATE_LIMITED", "INTERNAL", "UNAVAILABLE"];

const introduction = `# HTTP

<!-- Written by \`npm run docs\` from the described routes in src: change those, not this page. -->

Who one is, one's friends, what there is to play and what was said before: that is asked over HTTP. Playing,
chatting and everything live goes by the [WebSocket](protocol.md). The same, for machines, is in
[openapi.json](openapi.json); a test asks every route of a running platform and holds its answers against it.`;

const signingIn = `## Signing in

\`\`\`sh
url=http://127.0.0.1:8080
curl --cookie-jar cookies -H "Origin: $url" --json '{"username": "grace"}' $url/api/guest
curl --cookie cookies $url/api/me
curl --cookie cookies $url/api/socket-token
\`\`\`

1. \`POST /api/guest\`, \`/api/register\` or \`/api/login\` answers who one is and sets the cookie \`bs_session\`. It is
   HttpOnly: no script of a page sees it. Keep it as any answer sets it, since using a session makes it last longer.
2. \`GET /api/socket-token\` answers \`{ token, expiresAt, url }\`. Connect to \`url\` and send the token in
   \`system.authenticate\` ([the handshake](protocol.md#the-handshake)). It lives for at most five minutes and may be
   used more than once; ask for a new one when \`system.token_expiring\` comes. Without a session the token is a
   visitor's, who may watch and read.
3. \`POST /api/logout\` ends the session, and its sockets with it.`;

const changes = `## Changes

Whatever is no \`GET\` needs the header \`Origin\`: the platform's own address, or one of \`ALLOWED_ORIGINS\`. Browsers send
it by themselves, so that no other site can act with somebody's cookie; other programs must send it. There is no further
token.

A body is one JSON object of at most 16 KiB with \`Content-Type: application/json\`. Fields that are not described are
refused. What was done already may be asked for again: the answer is the same.`;

const { message, status, action } = errorTable.USERNAME_TAKEN;
const nameTaken = {
  type: "about:blank",
  title: message,
  status,
  code: "USERNAME_TAKEN",
  detail: message,
  action,
};

const refusals = `## Refusals

A refusal is a problem document (RFC 9457), \`application/problem+json\`, with the status and the code of
[the table of errors](protocol.md#errors):

\`\`\`json
${JSON.stringify(nameTaken, null, 2)}
\`\`\`

- Go by \`code\`; show \`detail\` to people. \`field\` names what is wrong in a body.
- Where \`retryAfterMs\` is there, and the header \`Retry-After\` in seconds with it, try again after that time.
- Every route of the API may answer ${everywhere.map(codeInWords).join(", ")};
  every change ${codeInWords("FORBIDDEN")}, where its \`Origin\` is another one. The tables name the others.
- An address or a method that does not exist is answered with 404 and no \`code\`.
- A platform that is just starting answers 503 in plain text, but for \`/health\` and \`/ready\`.`;

function routeTable(routes: readonly RouteDescription[]): string {
  return table(
    ["Route", "What it does", "For", "Takes", "Answers", "Refuses with"],
    routes.map((route) => [
      `\`${route.method} ${pathOf(route)}\``,
      route.summary,
      sessionInWords(route),
      takes(route),
      answers(route),
      ownRefusals(route),
    ]),
  );
}

function takes({ query, body }: RouteDescription): string {
  const parameters = Object.entries(query).map(
    ([name, { schema, summary }]) => `\`?${name}\`: ${inWords(plain(schema), shapes)}. ${summary}`,
  );
  const fields = body === null ? [] : fieldsOf(plain(body), shapes);
  const ofBody = fields.map(
    ({ name, optional, words }) => `\`${name}\`${optional ? " (optional)" : ""}: ${words}`,
  );
  return orDash([...parameters, ...ofBody].join("<br>"));
}

function answers({ answers }: RouteDescription): string {
  return Object.entries(answers)
    .map(([status, { schema }]) => (schema === null ? status : `${status} ${inWords(plain(schema), shapes)}`))
    .join("<br>");
}

function ownRefusals(route: RouteDescription): string {
  const isOwn = (code: ErrorCode) =>
    !everywhere.includes(code) && !(code === "FORBIDDEN" && isChange(route) && route.session !== "member");
  return orDash(
    route.refusals
      .filter(isOwn)
      .map((code) => `\`${code}\``)
      .join(", "),
  );
}

function codeInWords(code: ErrorCode): string {
  return `\`${code}\` (${errorTable[code].status})`;
}

function orDash(text: string): string {
  return text === "" ? "–" : text;
}
