// #region readme
import { createEndpoint } from './endpoint.ts';

// PORT=3000 bun fetch.ts    deno serve --port 3000 --allow-net --allow-env fetch.ts
export default { fetch: createEndpoint(process.env).handle };
// #endregion
