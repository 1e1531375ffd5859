/**
 * The door of a program, open from its first moment: `/health` says that it lives, `/ready` says whether it can
 * serve and what it still waits for. Everything else is let in when the program is ready for it.
 */
import type { Readiness } from "./entrance-routes.ts";
import type { SocketData } from "../ws-gateway/index.ts";

export type EntranceServer = Bun.Server<SocketData>;

export interface Inside {
  fetch(request: Request, server: EntranceServer): Response | undefined | Promise<Response | undefined>;
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
}

const nobodyInside: Bun.WebSocketHandler<SocketData> = { message: () => undefined };
const noStore = { "Cache-Control": "no-store" };

/** Throws where the address cannot be listened on. */
export function openEntrance({ host, port, readiness }: EntranceOptions): Entrance {
  const answerFrom =
    (inside: Inside["fetch"]) =>
    (request: Request, server: EntranceServer): ReturnType<Inside["fetch"]> => {
      const pathname = URL.parse(request.url)?.pathname;
      // Where `Host` is no host, Bun makes no address of it; everything inside reads the address.
      if (pathname === undefined) return noHost();
      if (pathname === "/health") return Response.json({ status: "ok" }, { headers: noStore });
      if (pathname !== "/ready") return inside(request, server);
      const answer = readiness();
      return Response.json(answer, { status: answer.ready ? 200 : 503, headers: noStore });
    };
  const server = Bun.serve<SocketData>({
    hostname: host,
    port,
    fetch: answerFrom(notYet),
    websocket: nobodyInside,
    // Else Bun shows whoever asks the source of what failed.
    development: false,
  });
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${server.port ?? port}`,
    server,
    letIn({ fetch, websocket = nobodyInside }) {
      server.reload({ fetch: answerFrom(fetch), websocket });
    },
    close: () => server.stop(true),
  };
}

function noHost(): Response {
  return new Response("The header Host is no host: send the one of the address.", {
    status: 400,
    headers: noStore,
  });
}

function notYet(): Response {
  return new Response("The server is starting: try again soon.", {
    status: 503,
    headers: { ...noStore, "Retry-After": "2" },
  });
}
