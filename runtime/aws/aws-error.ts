/** What went wrong between an operator and AWS, as one line that says what, got, and what to do. */

/** Undefined for an error that is none of these. */
export function explainAwsError(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { name } = error;
  const said = error.message.replace(/\s+/g, ' ').trim();
  if (name === 'CredentialsProviderError' || name === 'TokenProviderError') {
    return `AWS credentials are needed, got none (${said}): log in, or choose a profile with --profile or AWS_PROFILE`;
  }
  if (
    /^(Expired|InvalidClientTokenId|UnrecognizedClient|AuthFailure|InvalidSignature|SignatureDoesNotMatch|RequestExpired)/.test(
      name,
    )
  ) {
    return `AWS does not accept these credentials (${name}: ${said}): log in again`;
  }
  if (said === 'Region is missing') return 'a Region is needed, got none: use --region or set AWS_REGION';
  if (name === 'ValidationError' && said.includes('does not exist')) {
    return `no such stack in this account and Region (${said}): check --stack, --profile and --region`;
  }
  if (/^(AccessDenied|UnauthorizedOperation|KMSAccessDenied)/.test(name)) return `not allowed (${said}): ask for that permission`;
  if (
    /^(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT)$/.test(String((error as NodeJS.ErrnoException).code ?? '')) ||
    name === 'TimeoutError'
  ) {
    return `AWS could not be reached (${said || name}): check the network and --region`;
  }
  // Every other answer of a service.
  return '$metadata' in error ? `AWS answered ${name} (${said}): try again` : undefined;
}
