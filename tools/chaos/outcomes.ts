/** What had to hold while a fault lasted did not. */
export class NotSurvived extends Error {
  override readonly name = 'NotSurvived';
}

/** This machine cannot do the fault: it was neither survived nor failed. */
export class NotPossible extends Error {
  override readonly name = 'NotPossible';
}
