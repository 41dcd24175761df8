// #region readme
import { createUploadEndpoint, fromEnv } from 'bucketdrop/endpoint';

const endpoint = createUploadEndpoint(fromEnv(process.env, { anonymous: true }));

export const GET = endpoint.handle;
export const POST = endpoint.handle;
// #endregion
