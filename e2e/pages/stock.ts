import AwsS3 from '@uppy/aws-s3';
import Uppy from '@uppy/core';
import Dashboard from '@uppy/dashboard';
import '@uppy/core/css/style.min.css';
import '@uppy/dashboard/css/style.min.css';
import { signRequest } from '../../examples/signRequest.ts';

// `?dialect=companion&multipart`: the plugin with its own options and nothing of ours around it
const query = new URLSearchParams(location.search);
const shouldUseMultipart = query.has('multipart');
const uppy = new Uppy().use(Dashboard, { inline: true, target: '#files' });

if (query.get('dialect') === 'companion')
  uppy.use(AwsS3, { companionEndpoint: '/api/uploads', shouldUseMultipart });
else uppy.use(AwsS3, { signRequest, shouldUseMultipart });

uppy.on('upload-success', (_, response) => {
  document.body.dataset.key = String(response.body?.key);
});
