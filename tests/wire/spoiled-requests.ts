/** Requests over HTTP made from the described routes, then spoiled: by the client's library, and byte by byte. */
import fc from "fast-check";
import { nasty, spoiledJson, valueOf, type Schema } from "./spoiled-values.ts";
import { isChange, type RouteDescription } from "../../src/web/index.ts";

/** An address that is asked: a described route's, a page's or a form's. */
export interface Target {
  readonly method: string;
  /** As the router has it. */
  readonly path: string;
  /** The route whose parameters and body it takes; null: none is known. */
  readonly route: RouteDescription | null;
  /** A page's form: its body is a form, and it takes `next`. */
  readonly isForm: boolean;
}

export interface SpoiledRequest {
  readonly target: Target;
  readonly method: string;
  /** Path and query. */
  readonly address: string;
  readonly body: string;
  readonly contentType: string;
  readonly who: "member" | "guest" | "nobody" | "stranger";
  /** A stranger's. */
  readonly cookie: string;
  readonly origin: "own" | "https://evil.example" | "null" | "";
  readonly more: Readonly<Record<string, string>>;
}

/** By a parameter's name, values that mean something on the platform that is asked. */
export type KnownValues = Readonly<Record<string, readonly string[]>>;

const mostly = <Value>(usual: fc.Arbitrary<Value>, other: fc.Arbitrary<Value>, weight = 6) =>
  fc.oneof({ arbitrary: usual, weight }, { arbitrary: other, weight: 1 });

const injections = [
  "..",
  "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
  "..%5c..%5cboot.ini",
  "%2f%2fevil.example",
  "%00",
  "%",
  "%E0%A4%A",
  "%ff%fe",
  "%25%32%65",
  "%0d%0aX-Evil:%201",
  "%0d%0a%0d%0a%3Cscript%3E",
  "__proto__",
  "constructor",
  "*",
  ":userId",
  "-1",
  "1e9",
  "0x10",
  "9007199254740993",
  "9".repeat(400),
  "'%20OR%201=1%20--",
  "$where",
  "%7B%22$gt%22:%22%22%7D",
  "x".repeat(3_000),
];
const oddText = fc
  .string({ maxLength: 30, unit: "binary" })
  .filter((text) => text.isWellFormed())
  .map(encodeURIComponent);
const hostile = fc.oneof(fc.constantFrom(...injections), oddText);

const names = fc.oneof(
  fc.stringMatching(/^[a-z][a-z0-9_-]{2,23}$/),
  fc.string({ maxLength: 30, unit: "binary" }),
);

function parameterOf(schema: Schema, known: readonly string[]): fc.Arbitrary<string> {
  const fitting = valueOf({ ...schema, examples: known }, fc.constantFrom(...known))
    .map(String)
    .filter((text) => text.isWellFormed())
    .map(encodeURIComponent);
  return mostly(fitting, hostile, 3);
}

function addressOf(target: Target, known: KnownValues): fc.Arbitrary<string> {
  const { path, route } = target;
  const inPath = [...path.matchAll(/:(\w+)/g)].map(([, name = ""]) => name);
  const parts = fc.tuple(
    ...inPath.map((name) => {
      const described = route?.pathParameters[name];
      return parameterOf(described?.schema ?? {}, [...(known[name] ?? []), described?.example ?? "x"]);
    }),
  );
  return fc.tuple(parts, queryOf(target, known)).map(([parts, query]) => {
    const rest = [...parts];
    return path.replaceAll(/:\w+/g, () => rest.shift() ?? "") + (query === "" ? "" : `?${query}`);
  });
}

const pageQuery = fc.constantFrom("next=//evil.example", "next=%2F%5Cevil.example", "watch", "roomName=%FF");
const oddQuery = fc.oneof(
  pageQuery,
  fc.constantFrom("limit=50&limit=60", "limit[]=5", "__proto__[limit]=1", "=", "&&&", "%", "%0d%0aX-Evil:1"),
  fc.tuple(oddText, hostile).map(([name, value]) => `${name}=${value}`),
);

function queryOf({ route }: Target, known: KnownValues): fc.Arbitrary<string> {
  if (route === null) return fc.oneof(fc.constant(""), pageQuery, oddQuery);
  const described = Object.entries(route.query).map(([name, { schema, example }]) =>
    fc
      .option(parameterOf(schema as Schema, [...(known[name] ?? []), example]), { freq: 2 })
      .map((value) => (value === null ? [] : [`${name}=${value}`])),
  );
  const odd = oddQuery.map((text) => [text]);
  return fc
    .tuple(...described, mostly(fc.constant<readonly string[]>([]), odd))
    .map((parts) => parts.flat().join("&"));
}

const anyBody = fc.oneof(
  fc.constantFrom("", "{", "[]", "null", '"username"', "\u0000", " ".repeat(20_000)),
  fc.constant(`{"username":"${"x".repeat(15_000)}"}`),
  fc.constant(`${"[".repeat(8_000)}${"]".repeat(8_000)}`),
  nasty.map((value) => JSON.stringify(value)),
  fc.string(),
);

function bodyOf({ route, isForm }: Target, known: KnownValues): fc.Arbitrary<string> {
  const described = route?.body ?? null;
  if (described === null) return mostly(fc.constant(""), anyBody, 2);
  const { properties = {}, ...schema } = described as Schema;
  const fields = Object.entries(properties).map(([name, field]) => {
    const examples = [...(field.examples ?? []), ...(known[name] ?? [])];
    return [name, { ...field, examples }] as const;
  });
  const made = valueOf({ ...schema, properties: Object.fromEntries(fields) }, names) as fc.Arbitrary<
    Readonly<Record<string, unknown>> // of an object
  >;
  if (!isForm) return mostly(spoiledJson(made, '"username":"twice"'), anyBody);
  const next = fc.constantFrom(
    "/games",
    "//evil.example",
    "/\\evil.example",
    "javascript:alert(1)",
    "\r\nX-Evil: 1",
  );
  const form = fc
    .tuple(made, next)
    .map(([fields, next]) => new URLSearchParams({ ...(fields as Record<string, string>), next }).toString());
  return mostly(form, anyBody);
}

const strangeTypes = fc.constantFrom(
  "application/json; charset=utf-16",
  "APPLICATION/JSON",
  "application/jsonx",
  "application/json;;;,",
  "application/x-www-form-urlencoded",
  "text/plain",
  "multipart/form-data",
  "multipart/form-data; boundary=x",
  "",
);

const strangeCookies = fc.oneof(
  fc.constantFrom(
    "bs_session=x",
    "bs_session=%FF; bs_session=y",
    `bs_session=${"z".repeat(4_000)}`,
    "bs_session=",
    "bs_session",
    "=;;; =",
    "__proto__=x; bs_visitor=%0d%0aX-Evil:%201",
    "bs_visitor=00000000-0000-0000-0000-000000000000; bs_session=1",
  ),
  fc.stringMatching(/^bs_(session|visitor)=[!-~]{0,60}$/),
);

const strangeHeaders = fc.constantFrom<Readonly<Record<string, string>>>(
  { "X-Forwarded-For": "10.0.0.1, ::1, not-an-address" },
  { "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "javascript" },
  { "X-HTTP-Method-Override": "DELETE" },
  { "Sec-Fetch-Site": "same-origin" },
  { Range: "bytes=0-,9-1" },
  { "If-None-Match": "*", "Accept-Encoding": "gzip;q=x" },
  { Accept: "\u00ff\u00fe" },
  { Upgrade: "websocket", "Sec-WebSocket-Key": "x" },
);

const methods = fc.constantFrom("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS");

/** Requests as a client's library can send them. */
export function spoiledRequest(targets: readonly Target[], known: KnownValues): fc.Arbitrary<SpoiledRequest> {
  return fc.oneof(
    ...targets.map((target) =>
      fc.record<SpoiledRequest>({
        target: fc.constant(target),
        method: mostly(fc.constant(target.method), methods),
        address: addressOf(target, known),
        body: bodyOf(target, known),
        contentType: mostly(
          fc.constant(target.isForm ? "application/x-www-form-urlencoded" : "application/json"),
          strangeTypes,
        ),
        who: fc.constantFrom("member", "member", "member", "guest", "nobody", "stranger"),
        cookie: strangeCookies,
        origin: mostly(fc.constant("own"), fc.constantFrom("https://evil.example", "null", "")),
        more: mostly(fc.constant({}), strangeHeaders),
      }),
    ),
  );
}

/** Whether it begins or ends a session, so that whoever sends it is somebody else afterwards. */
export function changesSession({ target: { route, isForm } }: SpoiledRequest): boolean {
  return isForm || (route !== null && isChange(route) && route.cookie !== null);
}

/** The first line and the headers of a request that no library sends. In it, `HOST` stands for the platform's own. */
export function spoiledBytes(targets: readonly Target[], known: KnownValues): fc.Arbitrary<string> {
  const line = fc.oneof(
    ...targets.map((target) =>
      fc.tuple(
        mostly(fc.constant(target.method), fc.constantFrom("FOO", "TRACE", "CONNECT", "get", "G\u0000T", "")),
        addressOf(target, known),
        fc.constantFrom(
          (address: string) => address,
          (address: string) => `http://evil.example${address}`,
          (address: string) => `/${address}`,
          (address: string) => `//evil.example${address}/`,
          (address: string) => `/x/../..${address}`,
          (address: string) => address.slice(1),
          (address: string) => `${address}\u0000\u00ff\u00fe`,
          (address: string) => `${address} HTTP/1.1\rX-Evil: 1`,
          (address: string) => address.replaceAll("/", "\\"),
          () => "*",
          () => "evil.example:80",
        ),
        fc.constantFrom("HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.0", "HTTP/9.9", ""),
      ),
    ),
  );
  const host = mostly(
    fc.constant("Host: HOST"),
    fc.oneof(
      fc.constantFrom(
        "Host:",
        "Host: evil example/\u00ff",
        "Host: [::1",
        "Host: HOST:99999",
        "Host: user@HOST",
        "Host: HOST\r\nHost: evil.example",
        "Host: evil.example\tx",
        `Host: ${"h".repeat(5_000)}`,
        "X-No-Host: 1",
      ),
      fc.string({ maxLength: 20 }).map((text) => `Host: ${text}`),
    ),
    1,
  );
  const header = fc.oneof(
    fc.constantFrom(
      "X-Forwarded-For: 1\u0000",
      "Cookie: bs_session=a\rX-Evil: 1",
      "Cookie: bs_session=\u00ff\u0000",
      "X Evil: 1",
      ": nothing",
      "nothing",
      " folded",
      "Content-Length: -1",
      "Content-Length: 0\r\nContent-Length: 1",
      "Content-Length: 0\r\nTransfer-Encoding: chunked",
      "Transfer-Encoding: gzip, chunked",
      "Expect: 100-continue",
      "Upgrade: h2c\r\nHTTP2-Settings: x",
      `X-Long: ${"x".repeat(20_000)}`,
    ),
    fc.string({ maxLength: 20 }).map((text) => `X-Odd: ${text}`),
  );
  return fc
    .tuple(line, host, fc.array(header, { maxLength: 2 }))
    .map(([[method, address, form, version], host, headers]) =>
      [`${method} ${form(address)} ${version}`, host, ...headers, "Connection: close", "", ""].join("\r\n"),
    );
}
