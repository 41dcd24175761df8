// #region readme
import { toLambdaHandler } from 'bucketdrop/endpoint';
import { createEndpoint } from './endpoint.ts';

export const handler = toLambdaHandler(createEndpoint(process.env));
// #endregion
