import { type NewFile, type UploadsAnswer, UploadsRequest } from '../../protocol/messages.ts';
import { answerEach } from '../answerEach.ts';
import { type CallContext, postCall } from '../Call.ts';
import { checkFile, checkTransfer } from '../checkFile.ts';
import { checkQuota } from '../checkQuota.ts';
import { createUpload } from '../createUpload.ts';
import { EndpointError } from '../EndpointError.ts';
import { findPolicy } from '../findPolicy.ts';
import type { AnnouncedFile, EndpointUser } from '../UploadEndpointOptions.ts';

type Checked = { file: NewFile } & ({ announced: AnnouncedFile } | { refusal: unknown });

/** `POST uploads`: lets files in and signs what is needed first. */
export const uploads = postCall(UploadsRequest, async (context, { files, avoid }): Promise<UploadsAnswer> => {
  const ids = new Set(files.map((file) => file.id));
  if (ids.size < files.length) throw new EndpointError('bad-request', 'two files have the same id');
  const checked = checkAll(context, files);
  const welcome = checked.flatMap((one) => ('announced' in one ? [one.announced] : []));
  const tooMuch = await checkQuota(context.options, welcome, context.user);
  const entries = await answerEach(context, checked, async (one) => {
    if ('refusal' in one) throw one.refusal;
    if (tooMuch.has(one.announced)) {
      throw new EndpointError('quota-exceeded', 'there is no room left for this file');
    }
    return createUpload(context, one.file, one.announced, avoid);
  });
  return {
    uploads: entries.map((entry, index) => (entry.ok ? entry : { ...entry, id: files[index]?.id ?? '' })),
  };
});

/** What the policy says to each, before anybody is asked anything. */
function checkAll<User extends EndpointUser>(
  { options, store }: CallContext<User>,
  files: readonly NewFile[],
): Checked[] {
  const counts = new Map<string | null, number>();
  return files.map((file) => {
    try {
      const { kind = null } = file;
      const policy = findPolicy(options, kind);
      const count = (counts.get(kind) ?? 0) + 1;
      counts.set(kind, count);
      if (policy.maxFileCount !== null && count > policy.maxFileCount) {
        throw new EndpointError('file-refused', `at most ${policy.maxFileCount} files are taken at once`);
      }
      const announced = checkFile(policy, file);
      checkTransfer(policy, store.profile, file);
      return { file, announced };
    } catch (refusal) {
      return { file, refusal };
    }
  });
}
