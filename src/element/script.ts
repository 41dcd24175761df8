import { addStylesheet } from './addStylesheet.ts';
import { defineBucketDrop } from './defineBucketDrop.ts';

// What `<script type="module" src="…/bucketdrop.min.js">` runs.
addStylesheet(import.meta.url);
defineBucketDrop();
