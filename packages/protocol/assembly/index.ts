export { normaliseColumn, removeColumns } from './columns';
export { polar } from './gaussian';
