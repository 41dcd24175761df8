// #region readme
import { toWorkersHandler } from 'bucketdrop/endpoint/workers';
import { createEndpoint } from './endpoint.ts';

export default toWorkersHandler(createEndpoint);
// #endregion
