/** What tests use of the published library; said here so that types hold before it is installed. */
declare module "standardwebhooks" {
  export class Webhook {
    constructor(secret: string);
    verify(payload: string, headers: Record<string, string>): unknown;
  }
}
