declare module 'fxa-common-password-list' {
  /** Whether this exact spelling is one of the common passwords of eight characters and more. */
  export function test(password: string): boolean;
}
