/** Every route for machines that a platform answers over HTTP, and the shapes that they share. */
import { entranceRoutes, ReadinessSchema } from "./entrance-routes.ts";
import { LobbyMessageSchema, PrivateMessageSchema, RoomListingSchema } from "../protocol/index.ts";
import { apiRoutes, apiShapes, type RouteDescription } from "../web/index.ts";

export const httpRoutes: readonly RouteDescription[] = [...apiRoutes, ...entranceRoutes];

export const httpShapes = {
  ...apiShapes,
  "Room listing": RoomListingSchema,
  "Lobby message": LobbyMessageSchema,
  "Private message": PrivateMessageSchema,
  Readiness: ReadinessSchema,
};
