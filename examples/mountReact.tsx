import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { PhotoUpload } from './react.tsx';

const stored = document.getElementById('stored') as HTMLElement;

createRoot(document.getElementById('app') as HTMLElement).render(
  <StrictMode>
    <PhotoUpload onStored={(key) => stored.append(key)} />
  </StrictMode>,
);
