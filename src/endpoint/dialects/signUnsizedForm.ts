import type { SignedForm } from '../../protocol/messages.ts';
import type { CallContext } from '../Call.ts';
import { canBeForm } from '../createUpload.ts';
import { EndpointError } from '../EndpointError.ts';
import { findPolicy } from '../findPolicy.ts';
import { formFields } from '../formFields.ts';
import { signatureTime } from '../signatureTime.ts';
import { signPostForm } from '../signPostForm.ts';
import type { EndpointUser } from '../UploadEndpointOptions.ts';
import type { AnnouncedUnsized } from './announceUnsized.ts';
import { formSizes } from './sizeLimits.ts';

/** A form for a file of any size that is allowed: here the bucket itself keeps the limits. Null where none can be made. */
export async function signUnsizedForm<User extends EndpointUser>(
  context: CallContext<User>,
  announced: AnnouncedUnsized,
): Promise<SignedForm | null> {
  const { options, store } = context;
  const { key, type, kind, headers, tagging } = announced;
  const all = { ...headers, ...tagging };
  if (!canBeForm(context, announced, all)) return null;
  const policy = findPolicy(options, kind);
  return signPostForm(
    store,
    { key, type, fields: formFields(all), ...formSizes(policy, store.profile) },
    await signatureTime(context, policy.urlExpiresInSeconds),
  );
}

/** Why a single request cannot be signed, though the file is welcome. */
export function needsParts(): EndpointError {
  return new EndpointError(
    'bad-request',
    'here a single request would need a POST form, to keep to the allowed size, and there is none for this store or policy',
    'Send every file in parts: `shouldUseMultipart: true`.',
  );
}
