/**
 * Exact binomial bounds.
 * @module
 */

/**
 * Clopper-Pearson: the shares under which `k` or more, or `k` or fewer, of `n` would come with 2.5 %. With no error at
 * all the upper bound is 1 - 0.025^(1/n).
 */
export function exactInterval(k: number, n: number): { readonly low: number; readonly high: number } {
  if (n === 0) return { low: 0, high: 1 };
  return {
    low: k === 0 ? 0 : solve((p) => 1 - atMost(k - 1, n, p) - 0.025),
    high: k === n ? 1 : solve((p) => 0.025 - atMost(k, n, p)),
  };
}

/** P(X <= k) for X binomial(n, p), in logarithms. */
function atMost(k: number, n: number, p: number): number {
  let logTerm = n * Math.log1p(-p);
  let sum = Math.exp(logTerm);
  for (let i = 1; i <= k; i++) {
    logTerm += Math.log((n - i + 1) / i) + Math.log(p) - Math.log1p(-p);
    sum += Math.exp(logTerm);
  }
  return sum;
}

/** The zero of an increasing function on (0, 1), by bisection. */
function solve(f: (p: number) => number): number {
  let [low, high] = [0, 1];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (f(middle) < 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
