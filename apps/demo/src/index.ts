/**
 * A relying party to look at and to copy from. It imports nothing of Blindsight.
 * @module
 */
export { createApp } from './app.ts';
export { readSettings, type Settings } from './settings.ts';
