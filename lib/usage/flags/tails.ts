/** ln Γ(x) for x > 0, by Lanczos' approximation (g = 7, nine terms), good to about 15 digits. */
export function lnGamma(x: number): number {
  const terms = [
    0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
    12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
  ];
  const [first = 0, ...others] = terms;
  const shifted = x + 6.5;
  const sum = others.reduce((all, term, index) => all + term / (x + index), first);
  return (x - 0.5) * Math.log(shifted) - shifted + Math.log(2.5066282746310005 * sum);
}

/**
 * P(X ≥ seen) for a negative binomial X of this mean and shape: a Poisson count whose rate has a gamma distribution
 * with relative variance 1/shape (Greenwood and Yule, 1920). It is the regularised incomplete beta function
 * I(mean / (mean + shape); seen, shape).
 */
export function negativeBinomialTail(seen: number, { mean, shape }: { mean: number; shape: number }): number {
  if (seen <= 0) return 1;
  if (mean <= 0) return 0;
  return incompleteBeta(mean / (mean + shape), seen, shape);
}

/** I(x; a, b) by its continued fraction with Lentz' method (Numerical Recipes, 6.4). */
function incompleteBeta(x: number, a: number, b: number): number {
  const front = Math.exp(lnGamma(a + b) - lnGamma(a) - lnGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  return x < (a + 1) / (a + b + 2)
    ? (front * continuedFraction(x, a, b)) / a
    : 1 - (front * continuedFraction(1 - x, b, a)) / b;
}

function continuedFraction(x: number, a: number, b: number): number {
  const nonZero = (value: number) => (Math.abs(value) < 1e-300 ? 1e-300 : value);
  let c = 1;
  let d = 1 / nonZero(1 - ((a + b) * x) / (a + 1));
  let result = d;
  for (let m = 1; m <= 10_000; m += 1) {
    for (const step of [
      (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m)),
      (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1)),
    ]) {
      d = 1 / nonZero(1 + step * d);
      c = nonZero(1 + step / c);
      result *= d * c;
      if (Math.abs(d * c - 1) < 1e-14) return result;
    }
  }
  return result;
}

/**
 * P(X ≥ seen) for a beta-binomial X of `trials`: a binomial count whose probability has the mean `share` and, as a
 * beta distribution, the weight of `strength` trials (Skellam, 1948).
 */
export function betaBinomialTail(
  seen: number,
  { trials, share, strength }: { trials: number; share: number; strength: number },
): number {
  if (seen <= 0) return 1;
  const [alpha, beta] = [share * strength, (1 - share) * strength];
  if (seen > trials || alpha <= 0) return 0;
  if (beta <= 0) return 1;
  let term = Math.exp(
    lnChoose(trials, seen) + lnBeta(seen + alpha, trials - seen + beta) - lnBeta(alpha, beta),
  );
  let sum = 0;
  for (let k = seen; k <= trials; k += 1) {
    sum += term;
    // Past its top each term is smaller than the last; what remains no longer counts.
    if (k > share * trials && term < sum * 1e-15) break;
    term *= ((trials - k) / (k + 1)) * ((k + alpha) / (trials - k - 1 + beta));
  }
  return Math.min(1, sum);
}

function lnChoose(n: number, k: number): number {
  return lnGamma(n + 1) - lnGamma(k + 1) - lnGamma(n - k + 1);
}

function lnBeta(a: number, b: number): number {
  return lnGamma(a) + lnGamma(b) - lnGamma(a + b);
}
