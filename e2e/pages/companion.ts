import { defineBucketDrop } from 'bucketdrop/element';
import 'bucketdrop/style.css';

// `?endpoint=http://127.0.0.1:1234`: where a real Companion answers
const endpoint = new URLSearchParams(location.search).get('endpoint') ?? '';
document.querySelector('bucket-drop')?.setAttribute('endpoint', endpoint);
defineBucketDrop();
