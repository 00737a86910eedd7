/**
 * `@blindsight/face/synthetic`: people who do not exist, for tests and demonstrations.
 * Pure computation: no graphics hardware, no data files, no clock; the same seeds give the same pixels.
 * @module
 */
export {
  type Act,
  type Actor,
  type ActorOptions,
  type Cue,
  createActor,
  renderFilm,
  type ScreenChange,
  type Script,
  varied,
} from './film.ts';
export { atRest, type Moment } from './moment.ts';
export { createPerson, type Person, type Rgb, type Traits } from './person.ts';
export { createRenderer, type Renderer, type RendererOptions } from './renderer.ts';
