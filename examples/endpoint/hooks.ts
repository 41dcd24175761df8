import { BucketDropError, createUploadEndpoint, fromEnv } from 'bucketdrop/endpoint';

interface Member {
  id: string;
  team: string;
}
const memberOf = async (_request: Request): Promise<Member> => ({ id: 'ann', team: 'red' });
export const database = {
  rows: new Map<string, string>(),
  isClosed: (team: string) => team === 'closed',
  /** Inserts once for each upload, as a unique column has it. */
  async save(uploadId: string, key: string) {
    this.rows.set(uploadId, key);
    return this.rows.size;
  },
};

// #region readme
export const endpoint = createUploadEndpoint(
  fromEnv(process.env, {
    authorize: memberOf,
    onCreate: ({ file, user }) => {
      if (file.name.endsWith('.exe'))
        throw new BucketDropError('file-refused', 'Programs are not taken here.');
      return {
        prefix: `${user?.team}/`,
        metadata: { member: user?.id ?? '' },
        tags: { team: user?.team ?? '' },
      };
    },
    onUploaded: async ({ id, key }) => {
      const row = await database.save(id, key);
      return { row }; // `object.data` in the browser
    },
  }),
);
// #endregion
