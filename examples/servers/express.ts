// #region readme
import { toNodeListener } from 'bucketdrop/endpoint';
import express from 'express';
import { createEndpoint } from './endpoint.ts';

const app = express();
app.set('trust proxy', 'loopback'); // where the proxy in front of it is, if there is one
app.use('/api/uploads', toNodeListener(createEndpoint(process.env)));
app.listen(Number(process.env.PORT ?? 3000), '127.0.0.1');
// #endregion
