/** What the library needs of a WebSocket: those of browsers, Bun, Node from 22 on and the package ws have it. */
export interface SocketLike {
  readonly readyState: number;
  readonly OPEN: number;
  send(text: string): void;
  close(code?: number): void;
  addEventListener(type: "message", listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(
    type: "close",
    listener: (event: { readonly code: number; readonly reason: string }) => void,
  ): void;
  addEventListener(type: "error", listener: () => void): void;
}

export type SocketConstructor = new (url: string) => SocketLike;
