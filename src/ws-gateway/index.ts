/** The public face of the gateway. */
export { unobserved, type GatewayObserver, type ResumeOutcome, type SocketEnd } from "./observer.ts";
export type { GatewayServer, SocketData } from "./connection.ts";
export { createGateway, type Gateway, type GatewayParts, type GatewayState } from "./gateway.ts";
export { defaultDrainPace, type DrainPace } from "./drain.ts";
export { defaultLimits, type GatewayLimits } from "./limits.ts";
export { systemClock, type GatewayClock, type GatewayLogger } from "./surroundings.ts";
export {
  createTokenVerifier,
  type Session,
  type TokenVerifier,
  type Verification,
  type VerificationKey,
} from "./token-verifier.ts";
