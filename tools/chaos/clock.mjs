/** Moves the clock of the process that loads it (`node --import`) by CAOS_RELOGIO_MS: what a machine with a wrong clock is to it. */
const offsetMs = Number(process.env['CAOS_RELOGIO_MS'] ?? 0);
const Real = Date;
const now = () => Real.now() + offsetMs;

globalThis.Date = new Proxy(Real, {
  construct: (target, args, asked) => Reflect.construct(target, args.length === 0 ? [now()] : args, asked),
  apply: () => new Real(now()).toString(),
  get: (target, name, receiver) => (name === 'now' ? now : Reflect.get(target, name, receiver)),
});
