/** The public face of the web room: the app over HTTP, what it is made of, and its routes described. */
export { apiRoutes, apiShapes } from "./api/api-routes.ts";
export {
  isChange,
  type CookieChange,
  type Method,
  type RouteDescription,
  type SessionUse,
} from "./api/route-description.ts";
export { createWebApp, type WebAppOptions, type WebAppSettings } from "./app.ts";
export type { HttpObserver } from "./observer.ts";
export { buildAssets, type Assets } from "./assets.ts";
export {
  createRequestOrigin,
  type AddressSource,
  type RequestOrigin,
  type RequestOriginOptions,
} from "./request-origin.ts";
