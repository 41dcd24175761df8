import { useState } from 'react';
import { type StoredFile, useFileLink, useThumbnail, useUploadedFiles } from '../react/index.ts';

/** What the bucket holds by this page's uploads: thumbnails, links to copy, deletion. */
export function StoredFiles({ endpoint }: { endpoint: string }) {
  const { files, can, remove } = useUploadedFiles({ endpoint });
  return (
    <section className="stored" aria-labelledby="stored-title">
      <h2 id="stored-title">In the bucket</h2>
      {files.length === 0 ? (
        <p className="quiet">Nothing yet. What you upload is listed here, as the bucket reports it.</p>
      ) : (
        <ul>
          {files.map((file) => (
            <li key={file.id}>
              <Thumbnail file={file} />
              <div className="stored-facts">
                <strong>{file.name}</strong>
                <span>
                  {file.sizeBytes.toLocaleString('en')} bytes, {file.type || 'unknown type'}
                </span>
                <code>{file.key}</code>
              </div>
              {can.download && <LinkButtons file={file} />}
              {can.delete && (
                <DeleteButton
                  file={file}
                  isDeleting={remove.isPending && remove.variables === file}
                  onDelete={() => remove.mutate(file)}
                />
              )}
            </li>
          ))}
        </ul>
      )}
      {remove.error && (
        <p role="alert">
          {remove.variables?.name} was not deleted: {remove.error.message}
        </p>
      )}
    </section>
  );
}

function Thumbnail({ file }: { file: StoredFile }) {
  const url = useThumbnail(file);
  return (
    <span className="stored-thumbnail" aria-hidden="true">
      {url ? (
        <img src={url} alt="" />
      ) : (
        file.name
          .replace(/.*(?=\.)/, '')
          .slice(1, 5)
          .toUpperCase()
      )}
    </span>
  );
}

function LinkButtons({ file }: { file: StoredFile }) {
  const link = useFileLink(file);
  const [isCopied, setCopied] = useState(false);
  const minutes = `${Math.floor(link.secondsLeft / 60)}:${String(link.secondsLeft % 60).padStart(2, '0')}`;
  return (
    <span className="stored-link">
      <button
        type="button"
        aria-label={`Copy link to ${file.name}`}
        onClick={async () => setCopied(await link.copy())}
      >
        {link.status === 'expired' ? 'Copy new link' : 'Copy link'}
      </button>
      {link.status === 'valid' && (
        <small>
          {isCopied ? 'Copied' : <a href={link.url}>Download</a>}, valid for{' '}
          <span role="timer">{minutes}</span>
        </small>
      )}
      <small role="status">
        {link.status === 'expired' && 'The link has run out.'}
        {link.status === 'failed' && `No link: ${link.error?.message}`}
      </small>
    </span>
  );
}

interface DeleteButtonProps {
  file: StoredFile;
  isDeleting: boolean;
  onDelete: () => void;
}

/** What is deleted is gone for good, so it takes a second click. */
function DeleteButton({ file, isDeleting, onDelete }: DeleteButtonProps) {
  const [isAsking, setAsking] = useState(false);
  if (isDeleting) return <span>Deleting…</span>;
  if (!isAsking)
    return (
      <button type="button" aria-label={`Delete ${file.name}`} onClick={() => setAsking(true)}>
        Delete
      </button>
    );
  return (
    <fieldset aria-label={`Delete ${file.name} for good?`}>
      <button type="button" onClick={onDelete}>
        Delete for good
      </button>
      {/* biome-ignore lint/a11y/noAutofocus: the button that had the focus has become this question */}
      <button type="button" autoFocus onClick={() => setAsking(false)}>
        Keep
      </button>
    </fieldset>
  );
}
