/** `npm run client`: builds the client library as a package, for programs and pages that are not ours, in dist/client. */
import { buildClient } from "./client/build.ts";

const folder = await buildClient();
console.log(`${folder} is a package: npm install it, or npm pack it first.`);
