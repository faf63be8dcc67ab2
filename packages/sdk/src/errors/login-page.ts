/** Whether a path is one to which gateways send people who are not logged in. */
export function isLoginPath(path: string): boolean {
  return /(^|\/)(dex|oauth2?|auth|login|log-in|signin|sign-in|sign_in|sso|saml2?|openid-connect|authorize|oidc)([/?.]|$)/i.test(
    path,
  );
}

/** Whether a web page asks people to log in: those of oauth2-proxy, Dex and most others. */
export function isLoginPage(body: string): boolean {
  const head = body.slice(0, 20_000);
  return (
    /<title>[^<]*(sign in|log ?in|dex|authenticat)/i.test(head) ||
    /<input[^>]+type=["']?password/i.test(head) ||
    /(href|action)=["'][^"']*\/(oauth2\/(start|sign_in)|dex\/auth)/i.test(head)
  );
}

/** Whether a body is a web page, whatever its content type says. */
export function isWebPage(contentType: string, body: string): boolean {
  return /\b(text\/html|application\/xhtml)/i.test(contentType) || /^\s*<(!doctype|html|head|body)\b/i.test(body);
}
