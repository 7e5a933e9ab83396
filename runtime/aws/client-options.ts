/** Bounds of a call to AWS, equal for all clients: three tries of at most three seconds. */
export const CLIENT_OPTIONS = {
  maxAttempts: 3,
  // Without `throwOnRequestTimeout` the SDK only warns.
  requestHandler: { connectionTimeout: 1000, requestTimeout: 3000, throwOnRequestTimeout: true },
};
