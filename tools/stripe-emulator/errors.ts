/** Stripe's error body; `payment_intent` and `payment_method` are filled in by the HTTP layer. https://docs.stripe.com/api/errors */
export interface ErrorBody {
  readonly type: 'api_error' | 'card_error' | 'idempotency_error' | 'invalid_request_error';
  readonly code?: string;
  readonly decline_code?: string;
  readonly message: string;
  readonly param?: string;
  readonly charge?: string;
  readonly doc_url?: string;
}

/** A refusal that the caller sees as `{error: …}` with this HTTP status. */
export class StripeFailureError extends Error {
  readonly status: number;
  readonly body: ErrorBody;
  /** Whether the endpoint had begun to work: only then does Stripe save the answer under the idempotency key. */
  readonly began: boolean;
  readonly paymentIntent: string | undefined;

  constructor(status: number, body: ErrorBody, options: { began?: boolean; paymentIntent?: string } = {}) {
    super(body.message);
    this.status = status;
    this.body =
      body.code === undefined
        ? body
        : { ...body, doc_url: `https://stripe.com/docs/error-codes/${body.code.replaceAll('_', '-')}` };
    this.began = options.began ?? false;
    this.paymentIntent = options.paymentIntent;
  }
}

/** A parameter that does not pass validation. */
export function invalidParameter(param: string, message: string, code?: string): StripeFailureError {
  return new StripeFailureError(400, {
    type: 'invalid_request_error',
    message,
    param,
    ...(code === undefined ? {} : { code }),
  });
}

/** An operation that the object's present state forbids. */
export function unexpectedState(message: string, code: string, paymentIntent?: string): StripeFailureError {
  return new StripeFailureError(
    400,
    { type: 'invalid_request_error', code, message },
    { began: true, ...(paymentIntent === undefined ? {} : { paymentIntent }) },
  );
}

export function notFound(object: string, id: string, param = 'id'): StripeFailureError {
  return new StripeFailureError(404, {
    type: 'invalid_request_error',
    code: 'resource_missing',
    message: `No such ${object}: '${id}'`,
    param,
  });
}
