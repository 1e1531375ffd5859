import type { ConnectionState } from "../../sockets/types.ts";

/** Why nothing can be sent; null while the connection is live. */
export function whyOffline(state: ConnectionState): string | null {
  switch (state.name) {
    case "live":
      return null;
    case "connecting":
      return "Connecting…";
    case "reconnecting":
      return "Connecting again: you can go on as soon as you are back.";
    case "unreachable":
      return `There is no live connection. ${state.why}`;
    case "signed_out":
      return state.message;
    case "closed":
      return "This page stands still: load it again to go on.";
  }
}
