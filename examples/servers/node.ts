// #region readme
import { createServer } from 'node:http';
import { toNodeListener } from 'bucketdrop/endpoint';
import { createEndpoint } from './endpoint.ts';

const uploads = toNodeListener(createEndpoint(process.env));

const server = createServer((req, res) => {
  if (req.url === '/healthz') res.end('ok');
  else uploads(req, res);
});
// longer than the load balancer keeps an idle connection (60 s on AWS), so that it never uses one that is just closing
server.keepAliveTimeout = 65_000;
server.listen(Number(process.env.PORT ?? 3000), process.env.HOST ?? '127.0.0.1');

// what is under way is answered, new connections go to another copy
process.once('SIGTERM', () => {
  server.close();
  server.closeIdleConnections();
});
// #endregion
