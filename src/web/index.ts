/** The public face of the web room: the app over HTTP, and what it is made of. */
export { createWebApp, type WebAppOptions, type WebAppSettings } from "./app.ts";
export { buildAssets, type Assets } from "./assets.ts";
export {
  createRequestOrigin,
  type AddressSource,
  type RequestOrigin,
  type RequestOriginOptions,
} from "./request-origin.ts";
