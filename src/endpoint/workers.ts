import './provideXmlParser.ts';

export { toWorkersHandler } from './adapters/workers.ts';
