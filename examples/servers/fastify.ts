// #region readme
import { toFastifyPlugin } from 'bucketdrop/endpoint';
import Fastify from 'fastify';
import { createEndpoint } from './endpoint.ts';

const app = Fastify({ trustProxy: 'loopback' }); // where the proxy in front of it is, if there is one
app.register(toFastifyPlugin(createEndpoint(process.env)), { prefix: '/api/uploads' });
await app.listen({ port: Number(process.env.PORT ?? 3000), host: '127.0.0.1' });
// #endregion
