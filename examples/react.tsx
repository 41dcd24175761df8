// #region readme
import { BucketDrop } from 'bucketdrop';
import 'bucketdrop/style.css';

export function PhotoUpload({ onStored }: { onStored(key: string): void }) {
  return (
    <BucketDrop
      endpoint="/api/uploads"
      metadata={{ album: 'lisbon' }}
      onUploaded={(_file, object) => onStored(object.key)}
      onError={(error) => console.warn(error.code, error.message)}
    />
  );
}
// #endregion
