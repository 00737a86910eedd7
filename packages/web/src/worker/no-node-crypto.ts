/**
 * Stands in for Node's `crypto` in a build for browsers. Using it is a mistake, and says so.
 * @module
 */
export const webcrypto = new Proxy(
  {},
  {
    get() {
      throw new Error('WebCrypto is missing');
    },
  },
);
