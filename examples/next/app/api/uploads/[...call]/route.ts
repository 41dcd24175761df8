// #region readme
import { toNextHandlers } from 'bucketdrop/endpoint';
import { createEndpoint } from '../../../../../servers/endpoint.ts';

export const { GET, POST, OPTIONS } = toNextHandlers(() => createEndpoint(process.env));
// #endregion
