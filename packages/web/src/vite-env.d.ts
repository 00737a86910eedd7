/** What the bundler resolves that TypeScript cannot. */
declare module '*.css';
/** The address of a worker that is built as its own chunk under /assets/. */
declare module '*?worker&url' {
  const url: string;
  export default url;
}
