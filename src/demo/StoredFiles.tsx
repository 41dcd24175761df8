import type { StoredObject } from '../react/index.ts';

export interface StoredRow {
  id: string;
  name: string;
  object: StoredObject;
}

/** What the bucket holds now, as the endpoint reported it. */
export function StoredFiles({ rows }: { rows: StoredRow[] }) {
  return (
    <section className="stored" aria-labelledby="stored-title">
      <h2 id="stored-title">In the bucket</h2>
      {rows.length === 0 ? (
        <p className="quiet">Nothing yet. What you upload is listed here, as the bucket reports it.</p>
      ) : (
        <ul>
          {rows.map(({ id, name, object }) => (
            <li key={`${id} ${object.key}`}>
              <strong>{name}</strong>
              <dl>
                <div>
                  <dt>Key</dt>
                  <dd>
                    <code>{object.key}</code>
                  </dd>
                </div>
                <div>
                  <dt>Size</dt>
                  <dd>{object.sizeBytes.toLocaleString('en')} bytes</dd>
                </div>
                <div>
                  <dt>Type</dt>
                  <dd>{object.type || 'unknown'}</dd>
                </div>
                <div>
                  <dt>ETag</dt>
                  <dd>
                    <code>{object.etag}</code>
                  </dd>
                </div>
              </dl>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
