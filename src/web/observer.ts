/** What those who answer over HTTP tell those who count. */

/** MUST NOT throw. */
export interface HttpObserver {
  /**
   * A request was answered; the body may still be on its way.
   *
   * @param route the pattern of the route (`/games/:slug`), never the path itself; null where there is none
   * @param method as it was sent
   * @param status 101 where it became a socket
   * @param begunAt as of `performance.now()`
   */
  served(route: string | null, method: string, status: number, begunAt: number): void;
}
