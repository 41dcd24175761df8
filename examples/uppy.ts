// #region readme
import Uppy from '@uppy/core';
import Dashboard from '@uppy/dashboard';
import { DirectUpload } from 'bucketdrop/uppy';
import '@uppy/core/css/style.min.css';
import '@uppy/dashboard/css/style.min.css';

const uppy = new Uppy()
  .use(Dashboard, { inline: true, target: '#files' })
  .use(DirectUpload, { endpoint: '/api/uploads' });

uppy.on('upload-success', (file, { body }) => console.info(file?.name, 'is stored as', body?.key));
// #endregion
