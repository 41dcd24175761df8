// #region readme
import { serve } from '@hono/node-server';
import { toHonoHandler } from 'bucketdrop/endpoint';
import { Hono } from 'hono';
import { createEndpoint } from './endpoint.ts';

const app = new Hono();
app.all('/api/uploads/*', toHonoHandler(createEndpoint(process.env)));
serve({ fetch: app.fetch, port: Number(process.env.PORT ?? 3000), hostname: '127.0.0.1' });
// #endregion
