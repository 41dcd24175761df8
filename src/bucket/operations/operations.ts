import type { Answer } from '../http/Answer.ts';
import type { Operation } from '../http/routeOperation.ts';
import {
  createBucket,
  deleteBucket,
  deleteBucketCors,
  getBucketCors,
  getBucketLocation,
  getBucketVersioning,
  headBucket,
  listBuckets,
  putBucketCors,
} from './bucketOperations.ts';
import type { Context } from './Context.ts';
import { completeMultipartUpload } from './completeMultipartUpload.ts';
import { createMultipartUpload } from './createMultipartUpload.ts';
import { getObject } from './getObject.ts';
import { getObjectAcl } from './getObjectAcl.ts';
import { listObjects, listObjectsV2 } from './listObjects.ts';
import { abortMultipartUpload, listMultipartUploads, listParts } from './multipartOperations.ts';
import {
  deleteObject,
  deleteObjects,
  deleteObjectTagging,
  getObjectTagging,
  putObjectTagging,
} from './objectOperations.ts';
import { putObject } from './putObject.ts';
import { uploadPart } from './uploadPart.ts';

/** Operations whose signature stands in the request's head; PostObject carries its own in the form. */
export type SignedOperation = Exclude<Operation, 'Preflight' | 'PostObject'>;

/** What does the work of each operation. */
export const operations: Readonly<Record<SignedOperation, (context: Context) => Promise<Answer>>> = {
  ListBuckets: listBuckets,
  CreateBucket: createBucket,
  HeadBucket: headBucket,
  DeleteBucket: deleteBucket,
  GetBucketLocation: getBucketLocation,
  GetBucketVersioning: getBucketVersioning,
  PutBucketCors: putBucketCors,
  GetBucketCors: getBucketCors,
  DeleteBucketCors: deleteBucketCors,
  ListObjects: listObjects,
  ListObjectsV2: listObjectsV2,
  ListMultipartUploads: listMultipartUploads,
  DeleteObjects: deleteObjects,
  PutObject: putObject,
  GetObject: getObject,
  HeadObject: getObject,
  DeleteObject: deleteObject,
  GetObjectAcl: getObjectAcl,
  GetObjectTagging: getObjectTagging,
  PutObjectTagging: putObjectTagging,
  DeleteObjectTagging: deleteObjectTagging,
  CreateMultipartUpload: createMultipartUpload,
  UploadPart: uploadPart,
  ListParts: listParts,
  CompleteMultipartUpload: completeMultipartUpload,
  AbortMultipartUpload: abortMultipartUpload,
};
