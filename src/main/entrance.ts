/**
 * The door of a program, open from its first moment: `/health` says that it lives, `/ready` says whether it can
 * serve and what it still waits for. Everything else is let in when the program is ready for it.
 */
import type { Readiness } from "./entrance-routes.ts";
import type { HttpObserver } from "../web/index.ts";
import type { SocketData } from "../ws-gateway/index.ts";

export type EntranceServer = Bun.Server<SocketData>;

export interface Inside {
  /** What is asked of /ws; undefined where it became a socket. */
  upgrade?(request: Request, server: EntranceServer): Response | undefined;
  /** Everything else, told to the observer by who answers it; absent: there is nothing else. */
  fetch?(request: Request, server: EntranceServer): Response | Promise<Response>;
  readonly websocket?: Bun.WebSocketHandler<SocketData>;
}

export interface Entrance {
  /** Where it listens: `http://127.0.0.1:8080`. */
  readonly url: string;
  readonly server: EntranceServer;
  letIn(inside: Inside): void;
  close(): Promise<void>;
}

export interface EntranceOptions {
  readonly host: string;
  readonly port: number;
  readiness(): Readiness;
  /** By which names it may be asked, besides how it is; absent or null: by every name. */
  readonly isOwnName?: ((hostname: string) => boolean) | null;
  /** Who counts requests; absent or null: nobody. */
  readonly observer?: HttpObserver | null;
}

const nobodyInside: Bun.WebSocketHandler<SocketData> = { message: () => undefined };
const noStore = { "Cache-Control": "no-store" };

/** Throws where the address cannot be listened on. */
export function openEntrance(options: EntranceOptions): Entrance {
  const { host, port, readiness, isOwnName = null, observer = null } = options;
  /** What is answered here, and told to the observer. */
  function own<Answer extends Response | undefined>(
    route: string | null,
    { method }: Request,
    answer: () => Answer,
  ): Answer {
    if (observer === null) return answer();
    const begunAt = performance.now();
    const response = answer();
    observer.served(route, method, response?.status ?? 101, begunAt);
    return response;
  }

  const answerFrom =
    (inside: Inside) =>
    (request: Request, server: EntranceServer): Response | undefined | Promise<Response> => {
      const address = URL.parse(request.url);
      // Where `Host` is no host, Bun makes no address of it; everything inside reads the address.
      if (address === null) return own(null, request, noHost);
      const { pathname } = address;
      if (pathname === "/health") return own(pathname, request, alive);
      if (pathname === "/ready") return own(pathname, request, () => readyOrNot(readiness()));
      if (isOwnName?.(address.hostname) === false) return own(null, request, () => strangeName(address));
      if (pathname === "/ws" && inside.upgrade !== undefined)
        return own(pathname, request, () => inside.upgrade?.(request, server));
      return inside.fetch === undefined ? own(null, request, nothingElse) : inside.fetch(request, server);
    };
  const nobodyYet: Inside = { fetch: (request) => own(null, request, notYet) };
  const server = Bun.serve<SocketData>({
    hostname: host,
    port,
    fetch: answerFrom(nobodyYet),
    websocket: nobodyInside,
    // Else Bun shows whoever asks the source of what failed.
    development: false,
  });
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${server.port ?? port}`,
    server,
    letIn(inside) {
      server.reload({ fetch: answerFrom(inside), websocket: inside.websocket ?? nobodyInside });
    },
    close: () => server.stop(true),
  };
}

function alive(): Response {
  return Response.json({ status: "ok" }, { headers: noStore });
}

function readyOrNot(readiness: Readiness): Response {
  return Response.json(readiness, { status: readiness.ready ? 200 : 503, headers: noStore });
}

function noHost(): Response {
  return new Response("The header Host is no host: send the one of the address.", {
    status: 400,
    headers: noStore,
  });
}

function strangeName({ host }: URL): Response {
  return new Response(
    `This server listens on its own machine alone, and ${host} is none of its names. ` +
      "If you know this name, set ALLOWED_ORIGINS to the address in the browser.",
    { status: 421, headers: noStore },
  );
}

function notYet(): Response {
  return new Response("The server is starting: try again soon.", {
    status: 503,
    headers: { ...noStore, "Retry-After": "2" },
  });
}

/** Of a gateway, which has nothing besides. */
function nothingElse(): Response {
  return new Response("The socket is at /ws; the pages are elsewhere.\n", { status: 404 });
}
